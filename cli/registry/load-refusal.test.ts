import { describe, expect, it } from 'vitest';
import type { Mapping } from '#shared/domain/mapping.ts';
import { firstRevision } from '#shared/domain/registry/mapping-item.ts';
import { aMapping, aTarget } from '#test/builders/a-mapping.ts';
import { differencesText, loadRefused } from './load-refusal.ts';

const LONG = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::reports-of-the-year/${'x'.repeat(100)}`;
const policy = (end: string) => `${LONG}${end}"}]}` as NonNullable<Mapping['targets'][0]['policy']>;

const differing = (stored: Mapping, mapping: Mapping) => ({
  mapping,
  item: firstRevision(stored, { by: 'alice', why: 'first', at: 0 }).item,
});

describe('differencesText', () => {
  it('tells the fields of a mapping, and where it is written', () => {
    const mapping = aMapping({ team: 'web', expires: '2027-03-31', source: { file: 'a.yaml', line: 7 } });
    const stored = aMapping({ targets: [aTarget(), aTarget({ takeover: true })] });
    expect(differencesText([differing(stored, mapping)]).split('\n')).toEqual([
      'default/payments/api  a.yaml:7',
      '  spec.team: the registry says payments, the file says web',
      '  spec.targets[1]: only the registry has it: {"clusters":"all","roleArn":"arn:{partition}:iam::{account}:role/payments-api","disableSessionTags":false,"tags":{},"takeover":true}',
      '  spec.expires: only the file has it: 2027-03-31',
      '',
    ]);
  });

  it('shows of long texts what is around the difference', () => {
    const stored = aMapping({ targets: [aTarget({ policy: policy('one') })] });
    const given = aMapping({ targets: [aTarget({ policy: policy('two') })] });
    const before = 'x'.repeat(40);
    expect(differencesText([differing(stored, given)])).toContain(
      `  spec.targets[0].policy: the registry says …${before}one"}]}, the file says …${before}two"}]}\n`,
    );
  });

  it('counts what is too much to be read', () => {
    const tags = (value: string) =>
      Object.fromEntries(Array.from({ length: 12 }, (_, index) => [`tag-${index}`, value]));
    const one = differing(
      aMapping({ targets: [aTarget({ tags: tags('a') })] }),
      aMapping({ targets: [aTarget({ tags: tags('b') })] }),
    );
    const text = differencesText(Array.from({ length: 21 }, () => one));
    expect(text).toContain('\n  and 2 fields more\n');
    expect(text.endsWith('\nand 1 mapping more\n')).toBe(true);
  });

  it('says of which one a newer revision is under way', () => {
    const { item, mapping } = differing(aMapping(), aMapping());
    expect(differencesText([{ mapping, item: { ...item, latest: 2 } }])).toBe(
      'default/payments/api\n  revision 2 of it is there and not rolled out to the end\n',
    );
  });
});

describe('loadRefused', () => {
  it('says what to do', () => {
    const { message, hint } = loadRefused(
      [differing(aMapping(), aMapping({ team: 'web' }))],
      'nothing was loaded',
    );
    expect(message).toBe(
      '1 mapping of the manifests is in the registry already and says something else: nothing was loaded',
    );
    expect(hint).toContain('Make the files say what the registry says');
  });
});
