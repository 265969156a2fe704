import { Argument, type Command, InvalidArgumentError, Option } from 'commander';
import { wholeNumber } from '../option-values.ts';
import type { AuditOptions } from '../registry/audit-command.ts';
import type { Described, DescribeOptions } from '../registry/describe-command.ts';
import type { EventsOptions } from '../registry/events-command.ts';
import type { WaiveOptions } from '../registry/waive-command.ts';
import type { WhoUsesOptions } from '../registry/who-uses-command.ts';
import { examplesText, type RunCommand } from './command-context.ts';
import { addRegistryOptions, READING_PERMISSIONS, WRITING_PERMISSIONS } from './registry-options.ts';

const CLUSTER = ['-c, --cluster <name>', 'the cluster: its exact name or ARN'] as const;
const LIST_FORMS = ['table', 'wide', 'json', 'yaml', 'name'];

const DESCRIBED = [
  'cluster',
  'mapping',
  'association',
  'finding',
  'rule',
  'enrolment',
] as const satisfies readonly Described[];

/** Singular, or plural as `get` has it. */
function readDescribed(text: string): Described {
  const found = DESCRIBED.find((kind) => kind === text || `${kind}s` === text);
  if (found) return found;
  throw new InvalidArgumentError(`Allowed choices are ${DESCRIBED.join(', ')}.`);
}

/** Adds `rolecall describe`. */
export function defineDescribe(program: Command, run: RunCommand): void {
  const command = program
    .command('describe')
    .summary('say all that the registry knows of one thing, and what was done about it')
    .description(
      'What a person asks first (how it stands, what it is and should be, who changed it, since when), then what was ' +
        'done: when, by whom, and who caused it. With -o json or yaml everything that the registry has.',
    )
    .addArgument(new Argument('<what>', 'of which kind').choices(DESCRIBED).argParser(readDescribed))
    .argument('<name>', 'as rolecall get -o name prints it; an association also by its id')
    .option(...CLUSTER)
    .addOption(new Option('--limit <n>', 'entries of the audit').argParser(wholeNumber(1)).default(20));
  addRegistryOptions(command)
    .addOption(
      new Option('-o, --output <form>', 'text, json or yaml')
        .choices(['text', 'json', 'yaml'])
        .default('text'),
    )
    .addHelpText(
      'after',
      `${examplesText([
        ['Who changed it, and what was done?', 'describe finding prod-1/roleDrift/payments/api'],
        ['Where does this mapping stand?', 'describe mapping default/payments/api'],
        ['Whose is the association that a log names?', 'describe association a-0123456789abcdefg'],
      ])}\n${READING_PERMISSIONS}`,
    )
    .action(async (what: Described, name: string, options: DescribeOptions) => {
      await run(async (context) =>
        (await import('../registry/describe-command.ts')).describeCommand(context, what, name, options),
      );
    });
}

/** Adds `rolecall who-uses`. */
export function defineWhoUses(program: Command, run: RunCommand): void {
  const command = program
    .command('who-uses')
    .summary('list every service account that gets a role')
    .description(
      'Lists what uses a role anywhere in the fleet, as role or as target role: what removing it would break.',
    )
    .argument('<role>', 'its ARN, ACCOUNT/NAME, or its name in the accounts of all clusters')
    .addOption(new Option('--limit <n>', 'at most this many').argParser(wholeNumber(1)));
  addRegistryOptions(command)
    .addOption(new Option('-o, --output <form>', 'the form of the list').choices(LIST_FORMS).default('table'))
    .addHelpText(
      'after',
      `${examplesText([['May this role go?', 'who-uses 111122223333/payments-api']])}\n${READING_PERMISSIONS}`,
    )
    .action(async (role: string, options: WhoUsesOptions) => {
      await run(async (context) =>
        (await import('../registry/who-uses-command.ts')).whoUsesCommand(context, role, options),
      );
    });
}

/** Adds `rolecall waive`. */
export function defineWaive(program: Command, run: RunCommand): void {
  const command = program
    .command('waive')
    .summary('accept a finding for a reason until a day')
    .description(
      'Accepts an open finding: it does not count as open until then. Whether it is put right is not changed.',
    )
    .argument('<finding>', 'as rolecall get findings -o name prints it')
    .requiredOption('--reason <text>', 'why; written into the audit')
    .requiredOption('--until <date>', 'the last day (UTC), YYYY-MM-DD')
    .option(...CLUSTER);
  addRegistryOptions(command)
    .addHelpText(
      'after',
      `${examplesText([
        ['For a month', "waive prod-1/foreign/batch/runner --reason 'moves in Q1' --until 2026-12-31"],
      ])}\n${WRITING_PERMISSIONS}`,
    )
    .action(async (finding: string, options: WaiveOptions) => {
      await run(async (context) =>
        (await import('../registry/waive-command.ts')).waiveCommand(context, finding, options),
      );
    });
}

/** Adds `rolecall audit`. */
export function defineAudit(program: Command, run: RunCommand): void {
  const command = program
    .command('audit')
    .summary('list what was done, by whom and why, newest first')
    .description(
      'Lists what was done, found and decided: everywhere, or only on a cluster, about a mapping, or for the fleet as a whole. ' +
        'Everywhere takes one request for each cluster, and a few more.',
    )
    .option(...CLUSTER)
    .option('--mapping <name>', 'only about the mapping: default/payments/api')
    .option('--fleet', 'only what is about no cluster: freezes, loads, enrolments that were asked for')
    .option('--since <time>', 'from when on: 90s, 10m, 2h, 1d, or a date')
    .addOption(new Option('--limit <n>', 'at most this many').argParser(wholeNumber(1)).default(50));
  addRegistryOptions(command)
    .addOption(new Option('-o, --output <form>', 'the form of the list').choices(LIST_FORMS).default('table'))
    .addHelpText(
      'after',
      `${examplesText([
        ['What was done today, anywhere?', 'audit --since 1d --limit 500'],
        ['What happened on a cluster?', 'audit --cluster prod-1'],
        ['Who froze it, and when?', 'audit --fleet'],
      ])}\n${READING_PERMISSIONS}`,
    )
    .action(async (options: AuditOptions) => {
      await run(async (context) =>
        (await import('../registry/audit-command.ts')).auditCommand(context, options),
      );
    });
}

/** Adds `rolecall events`. */
export function defineEvents(program: Command, run: RunCommand): void {
  const command = program
    .command('events')
    .summary('show what happens, one line each')
    .description(
      'Shows what was found, done and decided, oldest first: when, where, what, and whose doing it was. Without more, the ' +
        'newest 50; with --follow, what happens from now on.',
    )
    .option('--follow', 'go on, looking every 2 seconds, until Ctrl-C')
    .option('--since <time>', 'all from then on: 90s, 10m, 2h, 1d, or a date')
    .addOption(new Option('--limit <n>', 'the newest, at most this many').argParser(wholeNumber(1)))
    .option(...CLUSTER);
  addRegistryOptions(command)
    .addOption(
      new Option('-o, --output <form>', 'table, or json: one document a line')
        .choices(['table', 'json'])
        .default('table'),
    )
    .addHelpText(
      'after',
      `${examplesText([
        ['Watch repairs as they happen', 'events --follow'],
        ['What happened in the last hour?', 'events --since 1h'],
      ])}\n${READING_PERMISSIONS}`,
    )
    .action(async (options: EventsOptions) => {
      await run(async (context) =>
        (await import('../registry/events-command.ts')).eventsCommand(context, options),
      );
    });
}
