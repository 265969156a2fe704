import type { CliIo } from '#cli/cli-io.ts';
import { connectRegistry } from '#cli/registry/connect-registry.ts';
import { type CliServices, runCli } from '#cli/run-cli.ts';
import { commandLine } from '#cli/text/shell-quote.ts';
import { type Style, styleFor } from '#cli/text/style.ts';
import { systemClock } from '#shared/aws/system-clock.ts';
import type { Clock } from '#shared/ports/clock.ts';
import { type Excerpt, excerptOf } from './excerpt.ts';
import { STAGE } from './fleet.ts';

/** Where Rolecall's commands find the registry of the fleet. */
const INSTALLATION = ['--installation', STAGE] as const;

/** A command of ours did not end as it should have. */
class CommandError extends Error {
  override readonly name = 'CommandError';
}

/**
 * Runs a command as a person would type it, and shows the line and what it printed, or the beginning and the end of that.
 * It goes by the clock of the played world: what it writes down stands in one order with what the hub writes.
 */
export async function showCommand(
  io: CliIo,
  words: readonly string[],
  { worldClock, ...excerpt }: Excerpt & { readonly worldClock: Pick<Clock, 'now'> },
): Promise<void> {
  const style = styleFor(io.stdout, io, { color: true });
  const line = commandLine(['npx', 'rolecall', ...words, ...INSTALLATION], io.platform);
  io.stdout.write(`${style.paint(`$ ${line}`, 'muted')}\n`);
  const output: string[] = [];
  const { isTTY, columns } = io.stdout;
  const stdout = { isTTY, columns, write: (text: string) => void output.push(text) };
  const code = await runCli([...words, ...INSTALLATION], { ...io, stdout }, servicesAt(worldClock));
  io.stdout.write(`${excerptOf(output.join(''), excerpt).join('\n')}\n`);
  if (io.signal.aborted) throw io.signal.reason;
  if (code !== 0) throw new CommandError(`${line} ended with exit code ${code}`);
}

function servicesAt(worldClock: Pick<Clock, 'now'>): CliServices {
  const clock = { ...systemClock, now: () => worldClock.now() };
  return {
    clock,
    connectRegistry: async (address) => ({ ...(await connectRegistry(address)), clock }),
  };
}

export function heading(style: Style, text: string): string {
  return `\n${style.paint(text, 'strong')}\n`;
}
