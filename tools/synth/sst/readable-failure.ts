import { stripVTControlCharacters } from 'node:util';

const MAX_LINES = 40;
/** Lines of the CLI that say nothing about a failure: its greeting, progress, logs, and where in SST an error passed. */
const NOISE = [
  /^SST \d/,
  /^➜/,
  /^\s+Stage:/,
  /^~\s+Diff/,
  /^\|\s+(Created|Updated|Log)/,
  /^time=.* level=(INFO|DEBUG)/,
  /^\s+at .*(node:|\.sst\/platform\/|eval\.ts)/,
];

/** What a person needs of the CLI's output: the error, once, with the lines of the app's own files. */
export function readableFailure(output: string): string {
  const lines = stripVTControlCharacters(output).split('\n');
  // The CLI tells an error twice: when it happens and, after this mark, at the end.
  const last = lines.findLastIndex((line) => line.startsWith('✕'));
  const told = lines
    .slice(Math.max(last, 0))
    .filter((line) => line.trim() !== '' && !NOISE.some((noise) => noise.test(line)));
  return told.slice(0, MAX_LINES).join('\n') || `no output; see .sst/log/sst.log`;
}
