/** Quotes a word so that the shell of the platform hands it on unchanged; plain words stay as they are. */
export function shellQuote(word: string, platform: NodeJS.Platform = 'linux'): string {
  if (/^[\w@%+=:,./-]+$/.test(word)) return word;
  // PowerShell; within double quotes it would read `$` as the beginning of a variable.
  if (platform === 'win32') return `'${word.replaceAll("'", "''")}'`;
  return `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

/** A whole command line. */
export function commandLine(words: readonly string[], platform: NodeJS.Platform): string {
  return words.map((word) => shellQuote(word, platform)).join(' ');
}
