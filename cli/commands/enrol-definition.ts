import { type Command, Option } from 'commander';
import { accountId, asWritten, collectLists, duration, regionName } from '../option-values.ts';
import type { EnrolOptions } from '../registry/enrol-command.ts';
import { examplesText, type RunCommand } from './command-context.ts';
import { addRegistryOptions, WRITING_PERMISSIONS } from './registry-options.ts';

/** Adds `rolecall enrol`. */
export function defineEnrol(program: Command, run: RunCommand): void {
  const command = program
    .command('enrol')
    .summary('have the hub take on clusters that were there before it')
    .description(
      'Has the hub enrol clusters, and shows how each of them ended. New ones begin in mode observe unless an enrolment rule ' +
        'says otherwise; those that are known are brought up to date and keep their mode. The hub looks at the accounts ' +
        'with its own roles: whoever asks needs the registry only. Asking again does no harm.',
    )
    .argument(
      '[cluster...]',
      'names, with one --account and one --in-region, or ARNs; without: every cluster there',
    )
    .optionsGroup('Where the clusters are:')
    .addOption(
      new Option('-a, --account <id...>', 'accounts, also apart by commas').argParser(
        collectLists(accountId),
      ),
    )
    .addOption(
      new Option('--in-region <region...>', 'regions of the clusters, also apart by commas').argParser(
        collectLists(regionName),
      ),
    )
    .optionsGroup('How:')
    .addOption(
      new Option('--reason <text>', 'why; written into the audit')
        .argParser(asWritten)
        .default('enrolled by command'),
    )
    .option('--no-wait', 'do not wait for the hub; rolecall get enrolments shows how far it is')
    .addOption(
      new Option('--timeout <time>', 'wait at most this long: 90s, 10m, 1h; the hub goes on')
        .argParser(duration)
        .default(600_000, '10m'),
    );
  addRegistryOptions(command)
    .optionsGroup('Output:')
    .addOption(
      new Option('-o, --output <form>', 'table, wide, json, yaml or name')
        .choices(['table', 'wide', 'json', 'yaml', 'name'])
        .default('table'),
    )
    .addHelpText(
      'after',
      `${examplesText([
        ['Every cluster of two accounts', 'enrol --account 111122223333,444455556666 --in-region eu-west-1'],
        ['One of them', 'enrol pay-prod --account 111122223333 --in-region eu-west-1'],
        ['How far is it?', 'get enrolments'],
      ])}

Exit codes:
  0  every cluster is enrolled, or was before (with --no-wait: it was asked for)
  1  an error; or something could not be read, was not there, failed, or took longer than --timeout
${WRITING_PERMISSIONS}`,
    )
    .action(async (names: readonly string[], options: EnrolOptions) => {
      await run(async (context) =>
        (await import('../registry/enrol-command.ts')).enrolCommand(context, names, options),
      );
    });
}
