import { expect, it } from 'vitest';
import { lettersFor, withStableNames } from './stable-names.ts';

const letters = lettersFor('urn:a');

it.each([
  {
    when: 'ends in random letters',
    name: 'app-test-WorkQueue-abcdefgh',
    becomes: `app-test-WorkQueue-${letters}`,
  },
  { when: 'is a FIFO queue', name: 'app-test-Work-abcdefgh.fifo', becomes: `app-test-Work-${letters}.fifo` },
  { when: 'was chosen by the program', name: 'rolecall-test-inbound', becomes: 'rolecall-test-inbound' },
])('makes a name stable that $when', ({ name, becomes }) => {
  expect(withStableNames({ name, size: 3 }, ['name'], 'urn:a')).toEqual({ name: becomes, size: 3 });
});

it('touches only what the program told the engine to ignore', () => {
  expect(withStableNames({ other: 'a-abcdefgh' }, ['name'], 'urn:a')).toEqual({ other: 'a-abcdefgh' });
});

it('gives eight letters, the same for the same text only', () => {
  expect(letters).toMatch(/^[a-z]{8}$/);
  expect(lettersFor('urn:a')).toBe(letters);
  expect(lettersFor('urn:b')).not.toBe(letters);
});
