import { type Command, Option } from 'commander';
import { portNumber, positiveNumber, wholeNumber } from '../option-values.ts';
import type { SandboxOptions } from '../sandbox/sandbox-command.ts';
import { examplesText, type RunCommand } from './command-context.ts';

/** Adds `rolecall sandbox`. */
export function defineSandbox(program: Command, run: RunCommand): void {
  program
    .command('sandbox')
    .summary('play EKS, IAM and STS on this machine, for any AWS client')
    .description(
      'Starts the AWS endpoints that Rolecall works with on 127.0.0.1 and says which variables to export. An access key of ' +
        'twelve digits names the account; everything is forgotten when it ends.',
    )
    .option('--aws-only', 'only the AWS endpoints')
    .addOption(
      new Option('--port <port>', 'where to listen; 0 takes any free port')
        .argParser(portNumber)
        .default(4566),
    )
    .optionsGroup('What is there:')
    .option('--seed <file>', 'accounts, clusters, roles and associations, as YAML')
    .addOption(new Option('--clusters <n>', 'make a fleet of this many clusters').argParser(wholeNumber(1)))
    .addOption(
      new Option('--associations-per-cluster <n>', 'with --clusters: associations on each').argParser(
        wholeNumber(0),
      ),
    )
    .optionsGroup('What goes wrong:')
    .addOption(new Option('--latency <ms>', 'every call takes this much longer').argParser(wholeNumber(0)))
    .addOption(
      new Option('--throttle <rps>', 'calls a second before AWS says to slow down').argParser(positiveNumber),
    )
    .addOption(
      new Option('--stale-reads <ms>', 'reads tell how things were this long ago').argParser(wholeNumber(0)),
    )
    .addOption(
      new Option('--lose-answers <n>', 'every nth write is done and not answered').argParser(wholeNumber(1)),
    )
    .addOption(
      new Option('--iam-delay <ms>', 'EKS sees changes of roles this much later').argParser(wholeNumber(0)),
    )
    .addHelpText(
      'after',
      examplesText([
        ['An empty AWS', 'sandbox --aws-only'],
        ['A fleet from a file, on another port', 'sandbox --aws-only --seed fleet.yaml --port 5000'],
        [
          'A big fleet on a bad day',
          'sandbox --aws-only --clusters 100 --associations-per-cluster 500 --latency 50 --throttle 20',
        ],
      ]),
    )
    .action(async (options: SandboxOptions) => {
      await run(async (context) => {
        const { sandboxCommand } = await import('../sandbox/sandbox-command.ts');
        return await sandboxCommand(context, options);
      });
    });
}
