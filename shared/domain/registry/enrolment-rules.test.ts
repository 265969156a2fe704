import { describe, expect, it } from 'vitest';
import { type EnrolmentRule, modeAtEnrolment } from './enrolment.ts';
import { planRules, readableRules, type StoredRule, withoutRule, withRules } from './enrolment-rules.ts';

const ASKED = { by: 'alice', why: 'first', at: 1 };
const LAB: EnrolmentRule = {
  name: 'lab',
  priority: 10,
  clusters: { matchLabels: { env: 'lab' } },
  mode: 'enforce',
};
const REST: EnrolmentRule = { name: 'rest', priority: 900, clusters: 'all', mode: 'observe' };
const THERE = withRules(undefined, [REST, LAB], ASKED);
const names = (rules: readonly EnrolmentRule[]) => rules.map(({ name }) => name);

describe('planRules', () => {
  it.each([
    { when: 'nothing is there', item: undefined, given: [LAB], added: ['lab'], changed: [], unchanged: [] },
    { when: 'it says the same', item: THERE, given: [LAB], added: [], changed: [], unchanged: ['lab'] },
    {
      when: 'the mode differs',
      item: THERE,
      given: [{ ...LAB, mode: 'observe' as const }],
      added: [],
      changed: ['lab'],
      unchanged: [],
    },
    {
      when: 'the selector differs',
      item: THERE,
      given: [{ ...LAB, clusters: 'all' as const }],
      added: [],
      changed: ['lab'],
      unchanged: [],
    },
    {
      when: 'the priority differs',
      item: THERE,
      given: [{ ...LAB, priority: 11 }],
      added: [],
      changed: ['lab'],
      unchanged: [],
    },
    {
      when: 'one is new',
      item: THERE,
      given: [LAB, { ...LAB, name: 'dev', priority: 11 }],
      added: ['dev'],
      changed: [],
      unchanged: ['lab'],
    },
  ])('compares when $when', ({ item, given, added, changed, unchanged }) => {
    const plan = planRules(item, given);
    expect({
      added: names(plan.added),
      changed: names(plan.changed.map(({ after }) => after)),
      unchanged: names(plan.unchanged),
      clashes: plan.clashes,
    }).toEqual({ added, changed, unchanged, clashes: [] });
  });

  it('finds a priority that a rule which is there has, and not one that a rule gives up', () => {
    expect(planRules(THERE, [{ ...LAB, name: 'dev' }]).clashes).toEqual([['lab', 'dev']]);
    expect(
      planRules(THERE, [
        { ...LAB, priority: 20 },
        { ...LAB, name: 'dev' },
      ]).clashes,
    ).toEqual([]);
  });
});

describe('the rules of an installation', () => {
  it('replaces rules by name, and keeps the others with who put them in', () => {
    const later = withRules(THERE, [{ ...LAB, mode: 'ignore' }], { by: 'bob', why: 'second', at: 2 });
    expect(later.rules).toEqual([
      { ...REST, ...ASKED },
      { ...LAB, mode: 'ignore', by: 'bob', why: 'second', at: 2 },
    ]);
  });

  it('loses a rule by name, and says when there is none', () => {
    expect(names(withoutRule(THERE, 'lab')?.rules ?? [])).toEqual(['rest']);
    expect(withoutRule(THERE, 'dev')).toBeUndefined();
    expect(withoutRule(undefined, 'lab')).toBeUndefined();
  });

  it.each([
    { labels: { env: 'lab' }, mode: 'enforce', rule: 'lab' },
    { labels: { env: 'prod' }, mode: 'observe', rule: 'rest' },
  ])('are asked by priority, whatever their order: $labels', ({ labels, mode, rule }) => {
    const cluster = { name: 'c1', account: '111122223333', region: 'eu-west-1', labels };
    expect(modeAtEnrolment(THERE.rules, cluster)).toEqual({ mode, rule });
  });
});

describe('readableRules', () => {
  it('takes no item for no rules', () => {
    expect(readableRules(undefined)).toEqual({ rules: [] });
    expect(readableRules(THERE)).toEqual({ rules: THERE.rules });
  });

  it.each([
    { spoilt: { until: 5 }, says: 'it has a field until, which this version does not know' },
    { spoilt: { priority: 'high' }, says: 'its name or priority is wrong' },
    { spoilt: { mode: 'write' }, says: 'its mode is write' },
    { spoilt: { clusters: null }, says: 'it does not say which clusters' },
    {
      spoilt: { clusters: { versions: ['1.40'] } },
      says: 'it selects by versions, which this version does not know',
    },
    {
      spoilt: { clusters: { matchExpressions: [{ key: 'a', operator: 'Gt', values: ['1'] }] } },
      says: 'it selects by the operator Gt',
    },
  ])('understands none when one says $spoilt', ({ spoilt, says }) => {
    const strange = { ...LAB, ...ASKED, ...spoilt } as StoredRule;
    expect(readableRules({ ...THERE, rules: [...THERE.rules, strange] })).toEqual({
      problem: `rule lab: ${says}`,
    });
  });
});
