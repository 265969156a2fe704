import { describe, expect, it } from 'vitest';
import type { Mapping } from '#shared/domain/mapping.ts';
import { aCluster } from '#test/builders/a-cluster.ts';
import { aMapping, aTarget } from '#test/builders/a-mapping.ts';
import { ManualClock } from '#test/fakes/manual-clock.ts';
import { desiredFromMappings } from './desired-from-mappings.ts';

const KEY = { clusterSet: 'default', namespace: 'payments', serviceAccount: 'api' };
const vague = aTarget({ roleArn: 'arn:aws:iam::{account}:role/{label:env}' });
const at = (time: string) => new ManualClock({ now: Date.parse(time) });
const wishesOf = async (mappings: readonly Mapping[], time = '2026-11-20T12:00:00Z', cluster = aCluster()) =>
  await desiredFromMappings(mappings, at(time)).wishes(cluster);
const wishOf = async (mapping: Mapping, time?: string) =>
  (await wishesOf([mapping], time)).get('payments/api');

describe('desiredFromMappings', () => {
  it('wishes for concrete fields, with the mapping’s mode and takeover', async () => {
    const mapping = aMapping({ mode: 'observe', targets: [aTarget({ takeover: true, tags: { a: '1' } })] });
    expect(await wishOf(mapping)).toEqual({
      kind: 'fields',
      fields: {
        roleArn: 'arn:aws:iam::111122223333:role/payments-api',
        disableSessionTags: false,
        tags: { a: '1' },
      },
      mapping: KEY,
      mode: 'observe',
      takeover: true,
      revision: expect.stringMatching(/^[\w-]{10}$/),
    });
  });

  it('gives the same revision while the fields are the same, and another when they are not', async () => {
    const revisionOf = async (target: Parameters<typeof aTarget>[0]) => {
      const wish = await wishOf(aMapping({ targets: [aTarget(target)] }));
      return wish?.kind === 'fields' ? wish.revision : undefined;
    };
    expect(await revisionOf({ tags: { a: '1', b: '2' } })).toBe(
      await revisionOf({ tags: { b: '2', a: '1' } }),
    );
    expect(await revisionOf({ tags: { a: '1' } })).not.toBe(await revisionOf({ tags: { a: '2' } }));
  });

  it('wishes for nothing on a cluster that no target selects, or of another cluster set', async () => {
    const elsewhere = aMapping({ targets: [aTarget({ clusters: { names: ['lab-1'] } })] });
    expect((await wishesOf([elsewhere])).size).toBe(0);
    expect((await wishesOf([aMapping()], undefined, aCluster({ clusterSet: 'lab' }))).size).toBe(0);
  });

  it('says what cannot be made concrete instead of leaving it out', async () => {
    expect(await wishOf(aMapping({ targets: [vague] }))).toEqual({
      kind: 'unresolvable',
      mapping: KEY,
      problem: expect.stringContaining('env'),
    });
  });

  it.each([
    { when: 'on its last day', time: '2027-03-31T23:59:59Z', onExpiry: 'retire', kind: 'fields' },
    { when: 'on the day after', time: '2027-04-01T00:00:00Z', onExpiry: 'retire', kind: 'absent' },
    { when: 'on the day after', time: '2027-04-01T00:00:00Z', onExpiry: 'report', kind: 'fields' },
  ] as const)('$when, a mapping that says $onExpiry wishes for $kind', async ({ time, onExpiry, kind }) => {
    const mapping = aMapping({ expires: '2027-03-31', onExpiry });
    expect((await wishOf(mapping, time))?.kind).toBe(kind);
  });

  it('retires also what could not be made concrete any more', async () => {
    const mapping = aMapping({
      expires: '2026-01-31',
      onExpiry: 'retire',
      mode: 'observe',
      targets: [vague],
    });
    expect(await wishOf(mapping)).toEqual({
      kind: 'absent',
      mapping: KEY,
      mode: 'observe',
      revision: expect.stringMatching(/^[\w-]{10}$/),
    });
  });
});
