/** Counts what a terminal shows: code points, since names in Kubernetes and AWS are narrow letters. */
export function textWidth(text: string): number {
  let width = 0;
  for (const _ of text) width += 1;
  return width;
}

/** Breaks text into lines of at most `width`: at spaces, in long words after `/`, `:` and `,`, else after `-`, else anywhere. */
export function wrapText(text: string, width: number): readonly string[] {
  if (textWidth(text) <= width) return [text];
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const joined = line === '' ? word : `${line} ${word}`;
    if (textWidth(joined) <= width) {
      line = joined;
      continue;
    }
    if (line !== '') lines.push(line);
    const pieces = breakWord(word, width);
    lines.push(...pieces.slice(0, -1));
    line = pieces.at(-1) ?? '';
  }
  return line === '' ? lines : [...lines, line];
}

function breakWord(word: string, width: number): readonly string[] {
  const pieces: string[] = [];
  let rest = [...word];
  while (rest.length > width) {
    const head = rest.slice(0, width).join('');
    const at = Math.max(...['/', ':', ','].map((mark) => head.lastIndexOf(mark))) + 1;
    // A break too near the start would make a ladder of short lines.
    const cut = [at, head.lastIndexOf('-') + 1].find((place) => place > width / 2) ?? width;
    pieces.push(rest.slice(0, cut).join(''));
    rest = rest.slice(cut);
  }
  return [...pieces, rest.join('')];
}
