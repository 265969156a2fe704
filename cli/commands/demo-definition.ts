import { type Command, Option } from 'commander';
import type { DemoOptions } from '../demo/demo-command.ts';
import { wholeNumber } from '../option-values.ts';
import { examplesText, type RunCommand } from './command-context.ts';

/** Adds `rolecall demo`, which is what `npm start` runs. */
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
        .argParser(wholeNumber(0))
        .default(4566),
    )
    .addHelpText('after', examplesText([['Show it and end', 'demo --once']]))
    .action(async (options: DemoOptions) => {
      await run(async (context) => {
        const { demoCommand } = await import('../demo/demo-command.ts');
        return await demoCommand(context, options);
      });
    });
}
