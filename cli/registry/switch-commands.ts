import { freeze, readFreeze, unfreeze } from '#shared/app/registry/freeze.ts';
import type { CliContext } from '../cli-context.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { timeText } from '../text/age-text.ts';
import { printable } from '../text/printable.ts';
import { styleFor } from '../text/style.ts';
import { askedBy } from './asked-by.ts';
import { type RegistryOptions, withRegistry } from './with-registry.ts';

/** The options of `rolecall freeze` and `rolecall unfreeze`. */
export interface SwitchOptions extends RegistryOptions {
  readonly reason: string;
}

/** `rolecall freeze`: stops every write to AWS. Asks nobody: whoever needs it needs it now. */
export async function freezeCommand(context: CliContext, options: SwitchOptions): Promise<ExitCode> {
  return await throwSwitch(context, options, true);
}

/** `rolecall unfreeze`: lets writes go on. */
export async function unfreezeCommand(context: CliContext, options: SwitchOptions): Promise<ExitCode> {
  return await throwSwitch(context, options, false);
}

async function throwSwitch(context: CliContext, options: SwitchOptions, frozen: boolean): Promise<ExitCode> {
  const { io, color } = context;
  const style = styleFor(io.stdout, io, { color });
  await withRegistry(context, options, async (connection) => {
    const { installation, region } = connection;
    const asked = await askedBy(connection, options.reason, io.signal);
    const before = await readFreeze(connection);
    const answer = frozen
      ? await freeze(connection, asked)
      : await unfreeze(connection, asked, { signal: io.signal });
    const where = `installation ${installation}, ${region}`;
    if (answer === 'unchanged') {
      const since = before && `, since ${timeText(before.at)} by ${before.by}: ${before.reason}`;
      const already = frozen ? 'FROZEN already' : 'not frozen';
      io.stdout.write(`${printable(`Writes are ${already} (${where})${since ?? ''}`)}\n`);
      return;
    }
    const headline = frozen ? `ALL WRITES ARE FROZEN (${where})` : `Writes go on (${where})`;
    io.stdout.write(`${style.paint(headline, frozen ? 'delete' : 'good')}\n${frozen ? FROZEN : GOES_ON}`);
    io.stdout.write(`${printable(`  ${frozen ? 'Frozen' : 'Unfrozen'} by ${asked.by}: ${asked.why}`)}\n`);
    if (!frozen && before) {
      io.stdout.write(
        `${printable(`  It had been frozen since ${timeText(before.at)} by ${before.by}: ${before.reason}`)}\n`,
      );
    }
  });
  return EXIT.clean;
}

const FROZEN = `  Rolecall changes nothing on any cluster until somebody runs rolecall unfreeze: drift is seen,
  told and NOT put right. Writes that had begun are finished.
`;
const GOES_ON = `  Every cluster is looked at again now, and what drifted meanwhile is put right: rolecall events --follow
`;
