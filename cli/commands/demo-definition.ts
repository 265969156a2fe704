import { type Command, Option } from 'commander';
import type { DemoOptions } from '../demo/demo-command.ts';
import { portNumber } from '../option-values.ts';
import { examplesText, type RunCommand } from './command-context.ts';

/** Adds `rolecall demo`. */
export function defineDemo(program: Command, run: RunCommand): void {
  program
    .command('demo')
    .summary('a whole fleet on this machine: find its drift, repair it, play on')
    .description(
      'Brings up 12 clusters in 3 accounts on 127.0.0.1, some of them with drift, then runs the real check and the real ' +
        'repair on them. On a terminal the fleet then stays up to be played with. No AWS account is needed, and none is touched.',
    )
    .option('--once', 'end after the demonstration; exits 0 when everything was as it should be, else 1')
    .addOption(
      new Option('--port <port>', 'where to listen; 0 takes any free port')
        .argParser(portNumber)
        .default(4566),
    )
    .addHelpText('after', examplesText([['Show it and end', 'demo --once']]))
    .action(async (options: Omit<DemoOptions, 'portGiven'>, command: Command) => {
      await run(async (context) => {
        const { demoCommand } = await import('../demo/demo-command.ts');
        const portGiven = command.getOptionValueSource('port') === 'cli';
        return await demoCommand(context, { ...options, portGiven });
      });
    });
}
