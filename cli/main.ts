import { nodeIo } from './node-io.ts';
import { runCli } from './run-cli.ts';

const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => askToStop(signal));
endQuietlyWhenNobodyReads(process.stdout);
endQuietlyWhenNobodyReads(process.stderr);

// Set, not exited with: what was written may still be on its way through a pipe.
process.exitCode = await runCli(process.argv.slice(2), nodeIo(stop.signal));

/** The first time politely; `once` gives the second one back to Node, which ends the process. */
function askToStop(signal: NodeJS.Signals): void {
  if (signal === 'SIGINT') process.stderr.write('\nStopping. Press Ctrl-C again to end at once.\n');
  stop.abort();
}

/** `rolecall check | head` is no error. */
function endQuietlyWhenNobodyReads(stream: NodeJS.WriteStream): void {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(process.exitCode);
    throw error;
  });
}
