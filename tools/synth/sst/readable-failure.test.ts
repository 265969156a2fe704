import { expect, it } from 'vitest';
import { readableFailure } from './readable-failure.ts';

const THROWN = `SST 4.17.1 ready!

➜  App:        fx
   Stage:      test

~  Diff

|  Created     Fn sst:aws:Function
|  Error
Error: boom
    at a (file:///app/stacks/queues.ts:3:29)

✕  Failed

Error: boom
    at a (file:///app/stacks/queues.ts:3:29)
    at run (file:///app/.sst/platform/src/auto/run.ts:21:20)
    at file:///app/eval.ts:4:22
    at processTicksAndRejections (node:internal/process/task_queues:104:5)
`;

it.each([
  {
    when: 'a stack throws: the error once, with lines of the app only',
    output: THROWN,
    reads: ['✕  Failed', 'Error: boom', '    at a (file:///app/stacks/queues.ts:3:29)'],
  },
  {
    when: 'the config does not compile',
    output: '✕  Failed to build sst.config.ts\n   - stacks.ts:2:35 Unexpected "}"\n',
    reads: ['✕  Failed to build sst.config.ts', '   - stacks.ts:2:35 Unexpected "}"'],
  },
  {
    when: 'there are colours',
    output: '\u001b[91m✕\u001b[0m  Failed\n\u001b[1mno\u001b[0m',
    reads: ['✕  Failed', 'no'],
  },
  { when: 'it says nothing', output: '\n', reads: ['no output; see .sst/log/sst.log'] },
])('reads when $when', ({ output, reads }) => {
  expect(readableFailure(output).split('\n')).toEqual(reads);
});
