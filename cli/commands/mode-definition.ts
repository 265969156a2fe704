import { Argument, type Command, Option } from 'commander';
import { MODES, type Mode } from '#shared/domain/mode.ts';
import { asWritten } from '../option-values.ts';
import type { ModeOptions } from '../registry/mode-command.ts';
import { examplesText, type RunCommand } from './command-context.ts';
import { addRegistryOptions, WRITING_PERMISSIONS } from './registry-options.ts';

/** Adds `rolecall mode`. */
export function defineMode(program: Command, run: RunCommand): void {
  const command = program
    .command('mode')
    .summary('say what Rolecall may do on clusters: put right, only tell, or not look')
    .description(
      'Changes the mode of enrolled clusters. To enforce shows first what would be written, and asks; a brake bounds it. To ' +
        'observe or ignore counts at once, and asks nobody. The more cautious of this and of the mode of a mapping wins.',
    )
    .addArgument(
      new Argument('<mode>', 'enforce puts right, observe only tells, ignore does not look').choices(MODES),
    )
    .argument('[cluster...]', 'exact names or ARNs')
    .optionsGroup('Which clusters:')
    .option('-l, --selector <labels>', 'those with these labels: env=prod,tier!=lab')
    .option('-A, --all', 'every enrolled cluster')
    .optionsGroup('How:')
    .addOption(
      new Option('--reason <text>', 'why; written into the audit').argParser(asWritten).makeOptionMandatory(),
    )
    .option('-y, --yes', 'do not ask');
  addRegistryOptions(command)
    .addHelpText(
      'after',
      `${examplesText([
        ['Let it write', "mode enforce lab-1 --reason 'findings looked at, OPS-7'"],
        ['Stop it on one cluster, now', "mode observe lab-1 --reason 'INC-1234'"],
        ['All of the laboratory', "mode enforce -l env=lab --reason 'OPS-8'"],
      ])}

Exit codes:
  0  every cluster has the mode
  1  an error, a no, or a cluster that somebody else changed meanwhile
${WRITING_PERMISSIONS}`,
    )
    .action(async (mode: Mode, names: readonly string[], options: ModeOptions) => {
      await run(async (context) =>
        (await import('../registry/mode-command.ts')).modeCommand(context, mode, names, options),
      );
    });
}
