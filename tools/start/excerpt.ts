/** How much of a long output is shown. */
export interface Excerpt {
  readonly head: number;
  readonly tail: number;
}

/** The first and the last lines of an output; what is left out between them is said. */
export function excerptOf(output: string, { head, tail }: Excerpt): readonly string[] {
  const lines = output.trimEnd().split('\n');
  const left = lines.length - head - tail;
  // To leave out a line or two would take a line itself.
  if (left < 3) return lines;
  return [...lines.slice(0, head), `  (${left} lines more)`, ...lines.slice(lines.length - tail)];
}
