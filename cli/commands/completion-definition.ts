import { Argument, type Command } from 'commander';
import { EXIT } from '../exit-code.ts';
import { examplesText, type RunCommand } from './command-context.ts';

/** Adds `rolecall completion`. */
export function defineCompletion(program: Command, run: RunCommand): void {
  program
    .command('completion')
    .summary('print the completion script of a shell')
    .description('Prints a script that lets a shell complete commands and options.')
    .addArgument(new Argument('<shell>', 'the shell').choices(['bash', 'zsh', 'fish']))
    .addHelpText(
      'after',
      examplesText([
        ['bash, for this session', 'completion bash > rolecall.bash && source rolecall.bash'],
        ['zsh', 'completion zsh > ~/.zsh/completions/_rolecall  # a folder in fpath'],
        ['fish', 'completion fish > ~/.config/fish/completions/rolecall.fish'],
      ]),
    )
    .action(async (shell: 'bash' | 'zsh' | 'fish') => {
      await run(async ({ io }) => {
        const { completionScript } = await import('../completion/completion-script.ts');
        io.stdout.write(completionScript(program, shell));
        return EXIT.clean;
      });
    });
}
