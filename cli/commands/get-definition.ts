import { Argument, type Command, InvalidArgumentError, Option } from 'commander';
import { wholeNumber } from '../option-values.ts';
import type { GetOptions, Listed } from '../registry/get-command.ts';
import { examplesText, type RunCommand } from './command-context.ts';
import { addRegistryOptions, READING_PERMISSIONS } from './registry-options.ts';

const KINDS = [
  'clusters',
  'mappings',
  'associations',
  'findings',
  'enrolments',
  'rules',
] as const satisfies readonly Listed[];

/** Adds `rolecall get`. */
export function defineGet(program: Command, run: RunCommand): void {
  const command = program
    .command('get')
    .summary('list what the registry knows: clusters, mappings, associations, findings')
    .description(
      'Lists what the registry knows, without a call to EKS: what it shows is as old as CHECKED or READ says. ' +
        'Reads to the end, or as far as --limit.',
    )
    .addArgument(new Argument('<what>', 'what to list').choices(KINDS).argParser(readKind))
    .optionsGroup('Which of them:')
    .option('-c, --cluster <name>', 'only of this cluster: its exact name or ARN')
    .option('-l, --selector <labels>', 'only of clusters with these labels: env=prod,tier!=lab')
    .option(
      '--status <status>',
      'clusters: enrolling, enrolled, retired; associations: inLine, findings, waived, settling, pending, unmanaged, foreign, addonOwned; findings: open (default), waived, repaired, resolved, all',
    )
    .option('--cause <key>', 'findings: only of this cause, as events tell it (causeKey)')
    .addOption(new Option('--limit <n>', 'at most this many').argParser(wholeNumber(1)));
  addRegistryOptions(command)
    .optionsGroup('Output:')
    .addOption(
      new Option('-o, --output <form>', 'table, wide, json, yaml, or name (what describe takes)')
        .choices(['table', 'wide', 'json', 'yaml', 'name'])
        .default('table'),
    )
    .addHelpText('after', FOOTER)
    .action(async (listed: Listed, options: GetOptions) => {
      await run(async (context) => {
        const { getCommand } = await import('../registry/get-command.ts');
        return await getCommand(context, listed, options);
      });
    });
}

/** Plural, or singular. */
function readKind(text: string): Listed {
  const found = KINDS.find((kind) => kind === text || kind === `${text}s`);
  if (found) return found;
  throw new InvalidArgumentError(`Allowed choices are ${KINDS.join(', ')}.`);
}

const FOOTER = `${examplesText([
  ['What is wrong anywhere?', 'get findings'],
  ['Everything that is bound on the production clusters', 'get associations -l env=prod'],
  ['All that one deleted role has broken', 'get findings --cause event/3f6f8a1e-…'],
  ['What was put right lately', 'get findings --status repaired --limit 20'],
  ['For a script', 'get clusters -o json'],
])}

Exit codes:
  0  listed, whatever it says
  1  an error
${READING_PERMISSIONS}`;
