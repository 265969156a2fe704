import type { OutputStream } from '../cli-io.ts';
import type { Glyphs } from './style.ts';

export interface ProgressLineOptions {
  readonly quiet: boolean;
  readonly glyphs: Glyphs;
}

/** What is shown while something takes long. */
export interface ProgressLine {
  /** Removes what is shown; nothing is shown afterwards. */
  end(): void;
}

const REDRAW_MS = 100;
/** Where there is no terminal, only long work is worth a line. */
const LINE_MS = 10_000;

/**
 * Shows `text()` again and again: a line that renews itself on a terminal, elsewhere a plain line every ten seconds, and
 * nothing when quiet.
 */
export function startProgressLine(
  stream: OutputStream,
  text: () => string,
  options: ProgressLineOptions,
): ProgressLine {
  let frame = 0;
  let drawn = false;
  const draw = () => {
    if (!stream.isTTY) {
      stream.write(`${text()}\n`);
      return;
    }
    const spinner = options.glyphs.spinner[frame % options.glyphs.spinner.length] ?? '';
    frame += 1;
    drawn = true;
    stream.write(`\r\u001b[K${`${spinner} ${text()}`.slice(0, (stream.columns ?? 80) - 1)}`);
  };
  const timer = options.quiet ? undefined : setInterval(draw, stream.isTTY ? REDRAW_MS : LINE_MS);
  return {
    end() {
      clearInterval(timer);
      if (drawn) stream.write('\r\u001b[K');
      drawn = false;
    },
  };
}
