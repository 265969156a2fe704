import { createInterface } from 'node:readline/promises';
import { readOptions, USAGE, UsageError } from './verify-aws/options.ts';
import { CommandFailed, dryShell, realShell } from './verify-aws/shell.ts';
import { verifyAws } from './verify-aws/verify.ts';

/** `npm run verify:aws`: for somebody with an account; see docs/deploy.md. */
try {
  const options = readOptions(process.argv.slice(2));
  process.env['AWS_REGION'] = options.region;
  // Answers are read as JSON, whatever the caller's profile prints; lines that want text ask for it.
  process.env['AWS_DEFAULT_OUTPUT'] = 'json';
  const shell = options.dryRun ? dryShell(console.log) : realShell(console.log, stopSignal());
  const well = await verifyAws(options, { shell, confirm, now: () => new Date() });
  process.exitCode = well ? 0 : 1;
} catch (error) {
  if (!(error instanceof UsageError) && !(error instanceof CommandFailed)) throw error;
  console.error(error.message);
  if (error instanceof UsageError) console.error(`\n${USAGE}`);
  process.exitCode = 1;
}

async function confirm(question: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return (await terminal.question(`${question} [yes/no] `)).trim() === 'yes';
  } finally {
    terminal.close();
  }
}

/** On Ctrl-C the run ends where it is, and takes away what it made. */
function stopSignal(): AbortSignal {
  const stop = new AbortController();
  process.on('SIGINT', () => {
    console.error('\nStopping: what was made is taken away first.');
    stop.abort();
  });
  return stop.signal;
}
