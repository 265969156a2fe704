import type { CliContext } from '../cli-context.ts';
import { paragraph } from '../text/paragraph.ts';
import { styleFor, type Tone } from '../text/style.ts';

/** Writes a sentence or two to a person, wrapped to their terminal. */
export function say(
  { io, color }: Pick<CliContext, 'io' | 'color'>,
  text: string,
  { to = 'stdout', tone }: { readonly to?: 'stdout' | 'stderr'; readonly tone?: Tone | undefined } = {},
): void {
  const stream = io[to];
  stream.write(paragraph(text, styleFor(stream, io, { color }), tone));
}
