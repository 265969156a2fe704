import { describe, expect, it } from 'vitest';
import { isUnknown, plainValue, withoutFiles } from './plain-value.ts';

const SIGNATURE = '4dabf18193072939515e22adb298388d';
const special = (mark: string, members: object) => ({ [SIGNATURE]: mark, ...members });

describe('plainValue', () => {
  it.each([
    { when: 'a plain value', value: { a: [1, 'x', null, true] }, plain: { a: [1, 'x', null, true] } },
    { when: 'a member without a value', value: { a: undefined, b: 1 }, plain: { b: 1 } },
    {
      when: 'a secret, within a list',
      value: [special('1b47061264138c4ac30d75fd1eb44270', { value: { k: 'v' } })],
      plain: [{ k: 'v' }],
    },
    {
      when: 'an archive',
      value: special('0def7320c3a5731c473e5ecbe6d01bc7', { path: '/a/code.zip' }),
      plain: { $file: '/a/code.zip' },
    },
    {
      when: 'an asset given as text',
      value: special('c44067f5952c0a294b673a41bacd8c17', { text: 'hello' }),
      plain: { $file: 'hello' },
    },
    {
      when: 'a reference to a resource that has an id',
      value: special('5cf8f73096256a8f31e491e813e4eb8e', { urn: 'urn:x', id: 'queue-url' }),
      plain: 'queue-url',
    },
  ])('reads $when', ({ value, plain }) => {
    expect(plainValue(value)).toEqual(plain);
  });

  it('refuses a kind of value that it does not know', () => {
    expect(() => plainValue(special('feedbeef', {}))).toThrow('feedbeef');
  });
});

it.each([
  { value: '04da6b54-80e4-46f7-96ec-b56ff0331ba9', unknown: true },
  { value: { deep: [{ in: '04da6b54-80e4-46f7-96ec-b56ff0331ba9' }] }, unknown: true },
  { value: { deep: [{ in: 'known' }], none: null }, unknown: false },
])('tells whether a value is known: $value', ({ value, unknown }) => {
  expect(isUnknown(value)).toBe(unknown);
});

it('leaves files out of a state', () => {
  expect(withoutFiles({ key: 'k', source: { $file: '/a' }, nothing: undefined })).toEqual({ key: 'k' });
});
