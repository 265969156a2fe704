import { expect, it } from 'vitest';
import { stageFrom } from './stage-argument.ts';

it.each([
  { args: [], stage: 'sandbox' },
  { args: ['--stage', 'dev'], stage: 'dev' },
  { args: ['--stage=dev'], stage: 'dev' },
])('reads $args', ({ args, stage }) => {
  expect(stageFrom(args)).toBe(stage);
});

it.each([[['--stage']], [['--stage=']]])('refuses %j', (args) => {
  expect(() => stageFrom(args)).toThrow('--stage needs a name');
});
