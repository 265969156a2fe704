import { describe, expect, it } from 'vitest';
import { readCommandLine } from './command-line.ts';

describe('readCommandLine', () => {
  it.each([
    { args: ['version'], command: { kind: 'version' } },
    {
      args: ['stack', 'init', 'organization/app/test', '--no-select'],
      command: { kind: 'stack-init', app: 'app', stage: 'test' },
    },
    {
      args: [
        'preview',
        ...['--stack', 'organization/app/test', '--event-log', '/tmp/events'],
        ...['--config', 'aws:region=eu-west-1', '--config', 'aws:tags={"a":"b=c"}'],
      ],
      command: {
        kind: 'preview',
        app: 'app',
        stage: 'test',
        eventLog: '/tmp/events',
        config: { 'aws:region': 'eu-west-1', 'aws:tags': '{"a":"b=c"}' },
      },
    },
  ])('reads $args', ({ args, command }) => {
    expect(readCommandLine(args)).toEqual(command);
  });

  it.each([
    { args: ['destroy', '--stack', 'organization/app/test'], says: 'does not play: pulumi destroy' },
    { args: ['preview', '--stack', 'organization/app/test'], says: '--event-log' },
    { args: ['preview', '--event-log', '/tmp/events'], says: '--stack' },
    { args: [], says: 'does not play' },
  ])('refuses $args', ({ args, says }) => {
    expect(() => readCommandLine(args)).toThrow(says);
  });
});
