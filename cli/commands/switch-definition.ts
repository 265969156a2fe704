import { Argument, type Command, Option } from 'commander';
import { asWritten, collect } from '../option-values.ts';
import type { BrakeOptions } from '../registry/brake-command.ts';
import type { DeleteOptions } from '../registry/delete-rule-command.ts';
import type { LoadOptions } from '../registry/load-command.ts';
import type { ReconcileOptions } from '../registry/reconcile-command.ts';
import type { SwitchOptions } from '../registry/switch-commands.ts';
import { examplesText, type RunCommand } from './command-context.ts';
import { addRegistryOptions, WRITING_PERMISSIONS } from './registry-options.ts';

/** Adds `rolecall freeze` and `rolecall unfreeze`. */
export function defineSwitches(program: Command, run: RunCommand): void {
  const freeze = program
    .command('freeze')
    .summary('stop every write to AWS, at once and everywhere')
    .description(
      'Stops every write of this installation: drift is still seen and told, and not put right. Asks nobody.',
    )
    .requiredOption('--reason <text>', 'why; written into the audit');
  addRegistryOptions(freeze)
    .addHelpText(
      'after',
      `${examplesText([['Stop, now', "freeze --reason 'wrong role released, INC-1234'"]])}\n${WRITING_PERMISSIONS}`,
    )
    .action(async (options: SwitchOptions) => {
      await run(async (context) =>
        (await import('../registry/switch-commands.ts')).freezeCommand(context, options),
      );
    });
  const unfreeze = program
    .command('unfreeze')
    .summary('let writes go on')
    .description('Takes a freeze back, and says who had ordered it and why.')
    .requiredOption('--reason <text>', 'why; written into the audit');
  addRegistryOptions(unfreeze)
    .addHelpText(
      'after',
      `${examplesText([['Go on', "unfreeze --reason 'INC-1234 is over'"]])}\n${WRITING_PERMISSIONS}`,
    )
    .action(async (options: SwitchOptions) => {
      await run(async (context) =>
        (await import('../registry/switch-commands.ts')).unfreezeCommand(context, options),
      );
    });
}

/** Adds `rolecall brake`. */
export function defineBrake(program: Command, run: RunCommand): void {
  const command = program
    .command('brake')
    .summary('show what the brake holds, and release it')
    .description(
      'Deletes and overwrites that no approved plan names are capped over 24 hours: of a cluster the larger of 5 and 10 % ' +
        'of its associations, 50 over the fleet. Past that they are held until somebody has looked.',
    )
    .addArgument(new Argument('<action>', 'what to do').choices(['status', 'release']))
    .option('-c, --cluster <name>', 'of this cluster: its exact name or ARN')
    .option('--fleet', 'of the fleet as a whole')
    .option('--reason <text>', 'with release: why; written into the audit');
  addRegistryOptions(command)
    .addHelpText(
      'after',
      `${examplesText([
        ['What is held?', 'brake status'],
        ['Go on with one cluster, after a look', "brake release --cluster prod-1 --reason 'planned, OPS-7'"],
      ])}

Exit codes:
  0  nothing is held, or it was released
  1  an error
  2  status: something is held
${WRITING_PERMISSIONS}`,
    )
    .action(async (action: 'status' | 'release', options: BrakeOptions) => {
      await run(async (context) => {
        const { brakeCommand } = await import('../registry/brake-command.ts');
        return await brakeCommand(context, action, options);
      });
    });
}

/** Adds `rolecall reconcile`. */
export function defineReconcile(program: Command, run: RunCommand): void {
  const command = program
    .command('reconcile')
    .summary('have the hub look at clusters again, now')
    .description(
      'Has the hub look at all associations of clusters again, and put right what it may: mode, freeze and brake count as ' +
        'always. For when events were lost, or when nobody wants to wait.',
    )
    .argument('[cluster...]', 'exact names or ARNs')
    .optionsGroup('Which clusters:')
    .option('-l, --selector <labels>', 'those with these labels: env=prod,tier!=lab')
    .option('-A, --all', 'every enrolled cluster')
    .optionsGroup('How:')
    .addOption(
      new Option('--reason <text>', 'why; written into the audit').argParser(asWritten).makeOptionMandatory(),
    );
  addRegistryOptions(command)
    .addHelpText(
      'after',
      `${examplesText([
        ['One cluster', "reconcile prod-1 --reason 'the rules were off for an hour'"],
        ['Everything', "reconcile --all --reason 'INC-1234 is over'"],
      ])}

Exit codes:
  0  the hub looks at them
  1  an error, or none of them is looked at
${WRITING_PERMISSIONS}`,
    )
    .action(async (names: readonly string[], options: ReconcileOptions) => {
      await run(async (context) =>
        (await import('../registry/reconcile-command.ts')).reconcileCommand(context, names, options),
      );
    });
}

/** Adds `rolecall registry`. */
export function defineRegistry(program: Command, run: RunCommand): void {
  const command = program
    .command('registry')
    .summary('load manifests into the registry of a new installation')
    .description(
      'Puts mappings into the registry as revision 1 and releases them to the clusters that are enrolled. Shows what it ' +
        'would load, and asks. It only adds: a mapping that is there and says something else is refused, and nothing is ' +
        'written. An enrolment rule takes the place of one of the same name; it changes no cluster that is enrolled.',
    )
    .addArgument(new Argument('<action>', 'what to do').choices(['load']))
    .addOption(
      new Option(
        '-f, --file <path...>',
        'manifests: files, folders (*.yaml and *.yml below them), or - for stdin',
      )
        .argParser(collect(asWritten))
        .makeOptionMandatory(),
    )
    .option('-y, --yes', 'do not ask')
    .option('--reason <text>', 'why; written into the audit', 'loaded from manifests');
  addRegistryOptions(command)
    .addHelpText(
      'after',
      `${examplesText([['The first mappings', 'registry load -f mappings/']])}

Exit codes:
  0  everything is in the registry
  1  an error, or refused
${WRITING_PERMISSIONS}`,
    )
    .action(async (_action: 'load', options: LoadOptions) => {
      await run(async (context) => {
        const { loadCommand } = await import('../registry/load-command.ts');
        return await loadCommand(context, options);
      });
    });
}

/** Adds `rolecall delete`. */
export function defineDelete(program: Command, run: RunCommand): void {
  const command = program
    .command('delete')
    .summary('take an enrolment rule out of the registry')
    .description(
      'Takes an enrolment rule out: clusters that are met from now on are judged by the other rules, or begin in mode ' +
        'observe. Those that are enrolled keep their mode. Mappings are retired by request, and not deleted.',
    )
    .addArgument(new Argument('<what>', 'of which kind').choices(['rule']))
    .argument('<name>', 'as rolecall get rules -o name prints it')
    .requiredOption('--reason <text>', 'why; written into the audit');
  addRegistryOptions(command)
    .addHelpText(
      'after',
      `${examplesText([['No more by this rule', "delete rule lab --reason 'lab is gone'"]])}\n${WRITING_PERMISSIONS}`,
    )
    .action(async (_what: 'rule', name: string, options: DeleteOptions) => {
      await run(async (context) => {
        const { deleteRuleCommand } = await import('../registry/delete-rule-command.ts');
        return await deleteRuleCommand(context, name, options);
      });
    });
}
