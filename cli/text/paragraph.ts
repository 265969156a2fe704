import { printable } from './printable.ts';
import type { Style, Tone } from './style.ts';
import { wrapText } from './wrap-text.ts';

/**
 * A sentence or two as lines that end in a newline, wrapped to the style's width; spaces before it are kept before each
 * line. Safe for a terminal whatever the text is.
 */
export function paragraph(text: string, style: Style, tone?: Tone): string {
  const indent = /^ */.exec(text)?.[0] ?? '';
  const width = style.columns === undefined ? Number.POSITIVE_INFINITY : style.columns - indent.length;
  const lines = wrapText(printable(text.slice(indent.length)), width);
  return lines.map((line) => `${indent}${style.paint(line, tone)}\n`).join('');
}
