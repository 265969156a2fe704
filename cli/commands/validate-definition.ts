import { type Command, Option } from 'commander';
import { asWritten, collect } from '../option-values.ts';
import type { ValidateOptions } from '../validate/validate-command.ts';
import { examplesText, type RunCommand } from './command-context.ts';

/** Adds `rolecall validate`. */
export function defineValidate(program: Command, run: RunCommand): void {
  program
    .command('validate')
    .summary('check manifests alone: every problem with its file, line and rule')
    .description('Reads manifests and says everything that is wrong with them, at once. Calls nobody.')
    .addOption(
      new Option(
        '-f, --file <path...>',
        'manifests: files, folders (*.yaml and *.yml below them), or - for stdin',
      )
        .argParser(collect(asWritten))
        .makeOptionMandatory(),
    )
    .addOption(new Option('-o, --output <form>', 'table or json').choices(['table', 'json']).default('table'))
    .addHelpText(
      'after',
      `${examplesText([
        ['All manifests below a folder', 'validate -f mappings/'],
        ['What a template engine made', 'validate -f -'],
      ])}

Exit codes:
  0  no error (there may be warnings)
  1  an error`,
    )
    .action(async (options: ValidateOptions) => {
      await run(async (context) => {
        const { validateCommand } = await import('../validate/validate-command.ts');
        return await validateCommand(context, options);
      });
    });
}
