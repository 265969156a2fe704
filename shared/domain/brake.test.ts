import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ANOTHER_ROLE, anAssociation, anObservedAssociation } from '#test/builders/an-association.ts';
import { applyBrake, type BrakeInput, clusterCap, DEFAULT_BRAKE, isHarmful } from './brake.ts';
import type { Decision, Verdict } from './decision.ts';
import { formatKey, type KeyText } from './key.ts';

const fields = anAssociation();
const observed = anObservedAssociation({ roleArn: ANOTHER_ROLE });
const noTags = { set: {}, remove: [] };
const changes = { roleArn: fields.roleArn };
const verdicts = {
  converged: { kind: 'converged' },
  settling: { kind: 'settling' },
  report: { kind: 'report', finding: 'unmanaged' },
  unknown: { kind: 'unknown', reason: 'notVerified' },
  held: { kind: 'hold', reason: 'observeMode', step: { kind: 'delete', observed } },
  create: { kind: 'create', fields },
  tagsOnly: { kind: 'update', observed, fields, changes: {}, tagChanges: { set: { a: '1' }, remove: [] } },
  adoptTags: { kind: 'adopt', observed, fields, changes: {}, tagChanges: { set: { a: '1' }, remove: [] } },
  update: { kind: 'update', observed, fields, changes, tagChanges: noTags },
  takeover: { kind: 'adopt', observed, fields, changes, tagChanges: noTags },
  delete: { kind: 'delete', observed },
} satisfies Record<string, Verdict>;
type Name = keyof typeof verdicts;
const names = Object.keys(verdicts) as Name[];
const harmful: ReadonlySet<Name> = new Set<Name>(['update', 'takeover', 'delete']);

const decisionsOf = (list: readonly Name[]): readonly Decision[] =>
  list.map((name, index) => ({
    namespace: 'payments',
    serviceAccount: `s${index}`,
    verdict: verdicts[name],
    drift: [],
    reason: name,
  }));
const kindsOf = (decisions: readonly Decision[]) =>
  decisions.map(({ verdict }) => (verdict.kind === 'hold' ? verdict.reason : verdict.kind));
const input = (given: Partial<BrakeInput> = {}): BrakeInput => ({
  limits: DEFAULT_BRAKE,
  used: { cluster: 0, fleet: 0 },
  associations: 0,
  approved: new Set(),
  ...given,
});

describe('clusterCap', () => {
  it.each([
    { associations: 0, cap: 5 },
    { associations: 50, cap: 5 },
    { associations: 59, cap: 5 },
    { associations: 60, cap: 6 },
    { associations: 5_000, cap: 500 },
  ])('of $associations associations is $cap', ({ associations, cap }) => {
    expect(clusterCap(DEFAULT_BRAKE, associations)).toBe(cap);
  });
});

describe('isHarmful', () => {
  it.each(names)('%s', (name) => {
    const [decision] = decisionsOf([name]);
    expect(decision && isHarmful(decision)).toBe(harmful.has(name));
  });
});

describe('applyBrake', () => {
  it.each([
    { when: 'nothing was used', used: { cluster: 0, fleet: 0 }, passes: 5 },
    { when: 'some was used on the cluster', used: { cluster: 3, fleet: 3 }, passes: 2 },
    { when: 'all was used on the cluster', used: { cluster: 5, fleet: 5 }, passes: 0 },
    { when: 'more was used than there is', used: { cluster: 9, fleet: 9 }, passes: 0 },
    { when: 'the fleet has used nearly all', used: { cluster: 0, fleet: 49 }, passes: 1 },
    { when: 'the fleet has used all', used: { cluster: 0, fleet: 50 }, passes: 0 },
  ])('lets $passes of 7 pass when $when', ({ used, passes }) => {
    const seven = decisionsOf(['update', 'delete', 'takeover', 'update', 'delete', 'takeover', 'update']);
    const braked = applyBrake(seven, input({ used }));
    expect(braked).toMatchObject({ uses: passes, held: 7 - passes });
    expect(braked.decisions.slice(0, passes)).toEqual(seven.slice(0, passes));
    expect(kindsOf(braked.decisions.slice(passes))).toEqual(new Array(7 - passes).fill('brake'));
  });

  it('grows with the cluster', () => {
    const twelve = decisionsOf(new Array<Name>(12).fill('update'));
    expect(applyBrake(twelve, input({ associations: 100 }))).toMatchObject({ uses: 10, held: 2 });
  });

  it('keeps the step that it holds, its drift and its reason', () => {
    const used = { cluster: 5, fleet: 5 };
    const [decision] = applyBrake(decisionsOf(['delete']), input({ used })).decisions;
    expect(decision).toEqual({
      namespace: 'payments',
      serviceAccount: 's0',
      verdict: { kind: 'hold', reason: 'brake', step: verdicts.delete },
      drift: [],
      reason: 'delete',
    });
  });

  it('neither counts nor holds what was approved by name', () => {
    const six = decisionsOf(new Array<Name>(6).fill('delete'));
    const approved = new Set<KeyText>(['payments/s0', 'payments/s5']);
    const braked = applyBrake(six, input({ used: { cluster: 2, fleet: 2 }, approved }));
    expect(kindsOf(braked.decisions)).toEqual(['delete', 'delete', 'delete', 'delete', 'brake', 'delete']);
    expect(braked).toMatchObject({ uses: 3, held: 1 });
  });

  it('never lets more through than the caps leave, keeps the order, and touches nothing else', () => {
    const anyInput = fc
      .record({
        cluster: fc.nat({ max: 8 }),
        elsewhere: fc.nat({ max: 50 }),
        associations: fc.nat({ max: 120 }),
        approved: fc.uniqueArray(fc.nat({ max: 20 })),
      })
      .map(({ cluster, elsewhere, associations, approved }) =>
        input({
          used: { cluster, fleet: cluster + elsewhere },
          associations,
          approved: new Set(approved.map((index): KeyText => `payments/s${index}`)),
        }),
      );
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...names), { maxLength: 30 }), anyInput, (list, given) => {
        const before = decisionsOf(list);
        const after = applyBrake(before, given);
        const counts = (index: number) =>
          harmful.has(list[index] ?? 'converged') && !given.approved.has(`payments/s${index}`);
        const passed = after.decisions.filter(
          (decision, index) => counts(index) && isHarmful(decision),
        ).length;
        const left = Math.min(
          Math.max(5, Math.floor(given.associations / 10)) - given.used.cluster,
          50 - given.used.fleet,
        );
        expect(after.decisions.map(formatKey)).toEqual(before.map(formatKey));
        expect(passed).toBe(after.uses);
        expect(passed).toBe(Math.min(before.filter((_, index) => counts(index)).length, Math.max(0, left)));
        for (const [index, decision] of after.decisions.entries()) {
          if (!counts(index)) expect(decision).toBe(before[index]);
        }
      }),
    );
  });
});
