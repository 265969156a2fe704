import { type Command, Option } from 'commander';
import type { CheckOptions } from '../check/check-options.ts';
import { asWritten, collect, positiveNumber, regionName, wholeNumber } from '../option-values.ts';
import { examplesText, type RunCommand } from './command-context.ts';

/** Adds `rolecall check`. */
export function defineCheck(program: Command, run: RunCommand): void {
  const command = program
    .command('check')
    .summary('say what differs between mappings and clusters, and put it right with --repair')
    .description(
      'Reads mappings and the clusters they are for, and says what differs. Without --repair nothing can be written: ' +
        'the code that writes is not even loaded.',
    );
  addReadingOptions(command);
  addRepairOptions(command);
  addOutputOptions(command);
  command.addHelpText('after', FOOTER).action(async (options: CheckOptions) => {
    await run(async (context) => {
      const { checkCommand } = await import('../check/check-command.ts');
      return await checkCommand(context, options);
    });
  });
}

function addReadingOptions(command: Command): void {
  command
    .optionsGroup('What to read:')
    .addOption(
      new Option(
        '-f, --file <path...>',
        'manifests: files, folders (*.yaml and *.yml below them), or - for stdin',
      )
        .argParser(collect(asWritten))
        .makeOptionMandatory(),
    )
    .addOption(
      new Option(
        '-c, --cluster <name...>',
        'clusters by their exact names, in every account and region given',
      ).argParser(collect(asWritten)),
    )
    .option('-A, --all-clusters', 'every cluster in every account and region given')
    .addOption(
      new Option('-r, --region <region...>', 'regions (default: the configured one)').argParser(
        collect(regionName),
      ),
    )
    .addOption(
      new Option(
        '-p, --profile <name...>',
        'AWS profiles, each an account (default: the usual credentials)',
      ).argParser(collect(asWritten)),
    )
    .addOption(
      new Option(
        '--verify <how>',
        'full describes every association; membership only those that --memory cannot answer for',
      )
        .choices(['full', 'membership'])
        .default('full'),
    )
    .option(
      '--memory <file>',
      'remember what was seen and written, and skip what need not be looked at again',
    )
    .addOption(
      new Option(
        '--roles <which>',
        'roles whose existence and trust policy are looked at: all in use, those to be written, or none',
      )
        .choices(['all', 'written', 'none'])
        .default('all'),
    )
    .addOption(
      new Option('--concurrency <n>', 'calls under way at once in one account and region')
        .argParser(wholeNumber(1))
        .default(50),
    )
    .addOption(new Option('--timeout <seconds>', 'give up after this long').argParser(positiveNumber));
}

function addRepairOptions(command: Command): void {
  command
    .optionsGroup('What to put right:')
    .option('--repair', 'show the plan, ask, and carry it out: creates, changes in place and adopts')
    .option('--prune', 'with --repair: also delete what bears the tag of --owner and no mapping wishes for')
    .option(
      '--owner <name>',
      'the installation whose associations are ours, as their tag rolecall.dev/installation says (default: $ROLECALL_INSTALLATION, else "rolecall"; with --repair it has to be named where that is set)',
    )
    .option(
      '-y, --yes',
      'with --repair: do not ask; deletes and overwrites are then held past a cap (the brake)',
    )
    .addOption(
      new Option(
        '--max-changes <n>',
        'with --repair --yes: the cap on deletes and overwrites, of a cluster and of the fleet (default: the larger of 5 and 10 % of a cluster, 50 over the fleet)',
      ).argParser(wholeNumber(0)),
    );
}

function addOutputOptions(command: Command): void {
  command
    .optionsGroup('Output:')
    .addOption(
      new Option(
        '-o, --output <form>',
        'table, wide (every key, whole ARNs), json, yaml, or name (cluster/namespace/account of each difference)',
      )
        .choices(['table', 'wide', 'json', 'yaml', 'name'])
        .default('table'),
    )
    .option(
      '--strict',
      "let findings count as differences, such as associations that are nobody's or somebody else's",
    )
    .option('-q, --quiet', 'no progress on stderr');
}

const FOOTER = `${examplesText([
  ['What differs on one cluster?', 'check -f mappings/ --cluster prod-1'],
  [
    'The whole fleet: two accounts, two regions',
    'check -f mappings/ --all-clusters --profile prod lab --region eu-west-1 us-east-1',
  ],
  ['Put it right, after a look at the plan', 'check -f mappings/ --cluster prod-1 --repair'],
  [
    'Delete, too, what nobody wishes for any more',
    'check -f mappings/ --cluster prod-1 --repair --prune --owner rolecall',
  ],
  ['For a script', 'check -f mappings/ --all-clusters -o json'],
])}

Exit codes:
  0  everything is as wished
  1  an error, or something could not be read: unknown is never called clean
  2  there are differences

Permissions:
  To read: eks:ListClusters (--all-clusters), eks:DescribeCluster, eks:DescribeAddon,
  eks:ListPodIdentityAssociations, eks:DescribePodIdentityAssociation, iam:GetRole (--roles).
  To repair, besides: eks:CreatePodIdentityAssociation, eks:UpdatePodIdentityAssociation,
  eks:DeletePodIdentityAssociation (--prune), eks:TagResource, eks:UntagResource, iam:PassRole.`;
