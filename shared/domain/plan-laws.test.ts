import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anObservedAssociation } from '#test/builders/an-association.ts';
import { anyFieldsWish, anyObserved, anyRules, anySituation } from '#test/builders/any-situation.ts';
import type { ObservedAssociation } from './association.ts';
import type { Decision, Step } from './decision.ts';
import { recordAfterLook, recordAfterWrite } from './learn.ts';
import { INSTALLATION_TAG, isOurs } from './ownership.ts';
import { type KeySituation, type PlanningRules, planKey, stepOf } from './plan.ts';

/** EKS in a line each: what a step makes of what is there (facts §1.3, §2). */
function carryOut(step: Step): ObservedAssociation | undefined {
  switch (step.kind) {
    case 'create':
      return anObservedAssociation({ ...step.fields, associationId: 'a-00000000000000003' });
    case 'delete':
      return undefined;
    case 'update':
    case 'adopt': {
      const { targetRoleArn, policy, ...rest } = { ...step.observed, ...step.changes };
      const tags = Object.entries({ ...step.observed.tags, ...step.tagChanges.set });
      return {
        ...rest,
        ...(targetRoleArn ? { targetRoleArn } : {}),
        ...(policy ? { policy } : {}),
        tags: Object.fromEntries(tags.filter(([key]) => !step.tagChanges.remove.includes(key))),
      };
    }
  }
}

/** Looks, acts, remembers, and looks again when everything has settled. */
function afterwards(situation: KeySituation, rules: PlanningRules): readonly [Decision, Decision] {
  const first = planKey(situation, rules);
  const times = { now: rules.now, settleMs: rules.settleMs };
  const lesson = { ...times, wishDigest: situation.wish?.kind === 'fields' ? 'd1' : undefined };
  const step = stepOf(first.verdict);
  if (!step) {
    const record = recordAfterLook(situation, first, lesson);
    return [first, planKey({ ...situation, record }, rules)];
  }
  const association = carryOut(step);
  const record = recordAfterWrite(situation, step, { kind: 'done', association }, lesson);
  const observation = association
    ? ({ kind: 'described', association } as const)
    : ({ kind: 'absent' } as const);
  const later = { ...rules, now: rules.now + rules.settleMs };
  return [first, planKey({ ...situation, observation, record }, later)];
}

const observedOf = ({ observation }: KeySituation) =>
  observation.kind === 'described' ? observation.association : undefined;

/** Every situation, and often enough those in which something has to be done. */
const situations = fc.oneof(
  anySituation,
  fc.tuple(anySituation, anyFieldsWish, anyObserved).map(
    ([situation, wish, association]): KeySituation => ({
      ...situation,
      wish,
      observation: { kind: 'described', association },
    }),
  ),
);
const law = (holds: (situation: KeySituation, rules: PlanningRules) => void) =>
  fc.assert(fc.property(situations, anyRules, holds), { numRuns: 1_000 });

describe('planKey', () => {
  it('converges: what was carried out needs nothing more, and what was not is decided the same again', () => {
    law((situation, rules) => {
      const [first, second] = afterwards(situation, rules);
      if (stepOf(first.verdict)) expect(second.verdict.kind).toBe('converged');
      else {
        expect(second.verdict).toEqual(first.verdict);
        expect(second.drift).toEqual(first.drift);
      }
    });
  });

  it('never touches what an add-on owns', () => {
    law((situation, rules) => {
      if (observedOf(situation)?.ownerArn === undefined) return;
      const { verdict } = planKey(situation, rules);
      expect(['report', 'unknown', 'hold']).toContain(verdict.kind);
      if (verdict.kind === 'hold') expect(verdict.step).toBeUndefined();
    });
  });

  it('updates and deletes only what is ours, and overwrites a stranger’s only by takeover', () => {
    law((situation, rules) => {
      const { verdict } = planKey(situation, rules);
      const step = verdict.kind === 'hold' ? verdict.step : stepOf(verdict);
      if (!step || step.kind === 'create') return;
      const byTag =
        rules.authority === 'recordOrTag' && step.observed.tags[INSTALLATION_TAG] === rules.installation;
      if (isOurs(situation.record) || byTag) return;
      expect(step.kind).toBe('adopt');
      const takeover = situation.wish?.kind === 'fields' && situation.wish.takeover;
      if (step.kind === 'adopt' && !takeover) {
        expect(step.changes).toEqual({});
        expect([undefined, rules.installation]).toContain(step.observed.tags[INSTALLATION_TAG]);
        expect(step.observed.tags).not.toHaveProperty('managed-by');
      }
    });
  });

  it('creates only where nothing is and something is wished for', () => {
    law((situation, rules) => {
      if (planKey(situation, rules).verdict.kind !== 'create') return;
      expect(situation.observation.kind).toBe('absent');
      expect(situation.wish?.kind).toBe('fields');
    });
  });

  it('deletes only what pruning allows, on a cluster that was read to its end, and nothing that is wished for', () => {
    law((situation, rules) => {
      const { verdict } = planKey(situation, rules);
      if (verdict.kind !== 'delete') return;
      expect(rules.partlyRead).toBe(false);
      expect(rules.clusterMode).toBe('enforce');
      expect(situation.wish === undefined ? rules.prune : 'unwished').toBe('unwished');
      expect(rules.prune).not.toBe('off');
      expect(situation.wish?.kind).not.toBe('fields');
      // This very association is ours: by its own record, or by its own tag.
      const ours =
        rules.authority === 'record'
          ? isOurs(situation.record) && situation.record?.associationId === verdict.observed.associationId
          : verdict.observed.tags[INSTALLATION_TAG] === rules.installation;
      expect(ours).toBe(true);
    });
  });

  it('never takes the unknown for converged', () => {
    law((situation, rules) => {
      const { observation, wish } = situation;
      const unknown =
        observation.kind === 'unseen' ||
        wish?.kind === 'unresolvable' ||
        (observation.kind === 'listed' && (!observation.remembered || situation.record === undefined));
      if (unknown) expect(planKey(situation, rules).verdict.kind).not.toBe('converged');
    });
  });

  it('takes no step in observe or ignore mode, nor on a cluster that is not active', () => {
    law((situation, rules) => {
      const wished =
        situation.wish && situation.wish.kind !== 'unresolvable' ? situation.wish.mode : 'enforce';
      const free =
        rules.clusterMode === 'enforce' && wished === 'enforce' && rules.clusterStatus !== 'DELETING';
      if (!free) expect(stepOf(planKey(situation, rules).verdict)).toBeUndefined();
    });
  });

  it('takes no step while our own write settles', () => {
    law((situation, rules) => {
      const lastWriteAt = situation.record?.lastWriteAt;
      if (lastWriteAt === undefined || rules.now - lastWriteAt >= rules.settleMs) return;
      expect(stepOf(planKey(situation, rules).verdict)).toBeUndefined();
    });
  });
});
