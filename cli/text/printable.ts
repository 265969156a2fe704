/**
 * Makes text from elsewhere safe for a terminal: tags and messages come from whoever may write them, and a control
 * character in them could move the cursor over what we say.
 */
export function printable(text: string): string {
  return text.replace(CONTROL, (character) => {
    if (character === '\n' || character === '\t') return ' ';
    return `\\u{${character.codePointAt(0)?.toString(16) ?? ''}}`;
  });
}

/** Control characters, and those that reverse or hide text (https://unicode.org/reports/tr9/). */
const CONTROL = /[\p{Cc}\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/gu;
