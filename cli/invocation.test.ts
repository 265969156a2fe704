import { expect, it } from 'vitest';
import { invocationOf } from './invocation.ts';

const args = ['check', '-f', 'm.yaml', '--owner', 'hub', '--owner=hub', '-y', '--yes', 'hub'];

it('repeats the command with words added', () => {
  expect(invocationOf(['check', '-A'], { env: {}, platform: 'linux' }).again(['--repair'])).toBe(
    'rolecall check -A --repair',
  );
});

it('leaves out flags, and options with their values, and nothing that only looks like them', () => {
  const { again } = invocationOf(args, { env: {}, platform: 'linux' });
  expect(again([], { flags: ['--yes', '-y'], options: ['--owner'] })).toBe('rolecall check -f m.yaml hub');
});

it('says npx where npx was used', () => {
  const { other } = invocationOf([], { env: { npm_command: 'exec' }, platform: 'linux' });
  expect(other(['explain', 'a/b'])).toBe('npx rolecall explain a/b');
});
