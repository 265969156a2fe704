import { type Command, Option } from 'commander';
import type { ExplainOptions } from '../explain/explain-command.ts';
import { asWritten, collect, positiveNumber, regionName } from '../option-values.ts';
import { examplesText, type RunCommand } from './command-context.ts';

/** Adds `rolecall explain`. */
export function defineExplain(program: Command, run: RunCommand): void {
  program
    .command('explain')
    .summary('say why one service account does not get its role: the first broken link, and its fix')
    .description(
      'Walks from the mapping to the association, link by link: manifest, target, role, trust policy, target role, agent, ' +
        'association. Names the first link that is broken, with the AWS CLI line and the Terraform that mend it.',
    )
    .argument('<namespace/service-account>', 'the service account, such as payments/api')
    .addOption(
      new Option('-f, --file <path>', 'manifests: a file, a folder, or - for stdin; once or more')
        .argParser(collect(asWritten))
        .makeOptionMandatory(),
    )
    .addOption(new Option('-c, --cluster <name>', 'the cluster, by its exact name').makeOptionMandatory())
    .addOption(
      new Option('-r, --region <region>', 'its region (default: the configured one)').argParser(regionName),
    )
    .addOption(
      new Option(
        '-p, --profile <name>',
        'an AWS profile of its account; more of them let target roles of other accounts be read (default: the usual credentials)',
      ).argParser(collect(asWritten)),
    )
    .option(
      '--owner <name>',
      'the installation whose associations are ours (default: $ROLECALL_INSTALLATION, else "rolecall")',
    )
    .option('--agent-installed', 'take it for granted that the agent runs, by Helm or from the machine image')
    .addOption(new Option('--timeout <seconds>', 'give up after this long').argParser(positiveNumber))
    .addOption(new Option('-o, --output <form>', 'text or json').choices(['text', 'json']).default('text'))
    .addHelpText(
      'after',
      `${examplesText([
        [
          'Why does payments/api get no credentials on prod-1?',
          'explain -f mappings/ --cluster prod-1 payments/api',
        ],
      ])}

Exit codes:
  0  every link holds
  1  an error, or a link could not be looked at and none is known to be broken
  2  a link is broken`,
    )
    .action(async (key: string, options: ExplainOptions) => {
      await run(async (context) => {
        const { explainCommand } = await import('../explain/explain-command.ts');
        return await explainCommand(context, key, options);
      });
    });
}
