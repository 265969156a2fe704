import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command, Option } from 'commander';
import { explainError } from '#cli/explain-error.ts';
import { nodeIo } from '#cli/node-io.ts';
import { portNumber, wholeNumber } from '#cli/option-values.ts';
import { UsageError } from '#cli/usage-error.ts';
import { startCommand } from './start/start-command.ts';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

interface Options {
  readonly once?: true;
  readonly port: number;
  readonly trailDelay: number;
  readonly timeout: number;
}

const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  // The first time politely; `once` gives the second one back to Node, which ends the process.
  process.once(signal, () => stop.abort());
}

/** `npm start`: how to call it is in `npm start -- --help`. */
const program = new Command('npm start --')
  .description(
    'Plays the whole of Rolecall on this machine: synthesised by SST, its functions from their deploy zips behind its own ' +
      'permissions, with a fleet of 6 clusters. People cause drift; it shows what Rolecall makes of it, and stays up. ' +
      'Needs Linux x64, or DYNOXIDE_BIN; npx rolecall demo runs everywhere.',
  )
  .option('--once', 'end after the summary; exits 0 when everything came as it had to, else 1')
  .addOption(
    new Option('--port <port>', 'where to listen; 0 takes any free port').argParser(portNumber).default(4566),
  )
  .addOption(
    new Option('--trail-delay <ms>', 'between a call and its CloudTrail event')
      .argParser(wholeNumber(0))
      .default(2000),
  )
  .addOption(
    new Option('--timeout <seconds>', 'how long to wait for what must come')
      .argParser(wholeNumber(1))
      .default(60),
  )
  .action(async ({ once, port, trailDelay, timeout }: Options, command: Command) => {
    const io = nodeIo(stop.signal);
    try {
      process.exitCode = await startCommand(io, ROOT, {
        once: once ?? false,
        port,
        portGiven: command.getOptionValueSource('port') === 'cli',
        trailDelayMs: trailDelay,
        timeoutMs: timeout * 1000,
      });
    } catch (error) {
      if (stop.signal.aborted) {
        io.stderr.write('Stopped. Nothing is left running.\n');
        process.exitCode = 130;
        return;
      }
      io.stderr.write(explainError(asUsage(error), io));
      process.exitCode = 1;
    }
  });

await program.parseAsync();

/** What a person can mend is no bug: their machine, their port, their changes to the app. */
function asUsage(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  if (error.name === 'NoDynamoError') {
    return new UsageError(error.message, 'npx rolecall demo shows a fleet on any machine, without the hub');
  }
  if (error.name === 'PortError')
    return new UsageError(error.message, 'give another --port; 0 takes any free one');
  const isOurs = error.name.startsWith('synth.') || ['PlayError', 'CommandError'].includes(error.name);
  if (!isOurs) return error;
  const [what = '', ...details] = error.message.split('\n');
  return new UsageError(what, details.map((line) => line.trim()).join('; ') || undefined);
}
