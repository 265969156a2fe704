import { freeze, readFreeze, unfreeze } from '#shared/app/registry/freeze.ts';
import { whoText } from '#shared/domain/who-text.ts';
import type { CliContext } from '../cli-context.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { timeText } from '../text/age-text.ts';
import { askedBy } from './asked-by.ts';
import { say } from './say.ts';
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
  const { io } = context;
  await withRegistry(context, options, async (connection) => {
    const { installation, region } = connection;
    const asked = await askedBy(connection, options.reason, io.signal);
    const before = await readFreeze(connection);
    const answer = frozen
      ? await freeze(connection, asked)
      : await unfreeze(connection, asked, { signal: io.signal });
    const where = `installation ${installation}, ${region}`;
    if (answer === 'unchanged') {
      const since = before && `, since ${timeText(before.at)} by ${whoText(before.by)}: ${before.reason}`;
      const already = frozen ? 'FROZEN already' : 'not frozen';
      say(context, `Writes are ${already} (${where})${since ?? ''}`);
      return;
    }
    const headline = frozen ? `ALL WRITES ARE FROZEN (${where})` : `Writes go on (${where})`;
    say(context, headline, { tone: frozen ? 'delete' : 'good' });
    for (const line of frozen ? FROZEN : GOES_ON) say(context, `  ${line}`);
    say(context, `  ${frozen ? 'Frozen' : 'Unfrozen'} by ${whoText(asked.by)}: ${asked.why}`);
    if (!frozen && before) {
      const { at, by, reason } = before;
      say(context, `  It had been frozen since ${timeText(at)} by ${whoText(by)}: ${reason}`);
    }
  });
  return EXIT.clean;
}

const FROZEN = [
  'Rolecall changes nothing on any cluster until somebody runs rolecall unfreeze: drift is seen, told and NOT put right. Writes that had begun are finished.',
];
const GOES_ON = [
  'Every cluster is looked at again now, and what drifted meanwhile is put right: rolecall events --follow',
];
