import { describe, expect, it } from 'vitest';
import type { Decision, Step, Verdict } from '#shared/domain/decision.ts';
import { AppError } from '#shared/ports/app-error.ts';
import { A_ROLE, ANOTHER_ROLE, anAssociation, anObservedAssociation } from '#test/builders/an-association.ts';
import { reportDecision } from './reported-decision.ts';

const decisionWith = (verdict: Verdict): Decision => ({
  namespace: 'payments',
  serviceAccount: 'api',
  verdict,
  drift: [],
  reason: 'because',
});
const observed = anObservedAssociation({ roleArn: ANOTHER_ROLE });
const create: Step = { kind: 'create', fields: anAssociation() };
const update: Step = {
  kind: 'update',
  observed,
  changes: { roleArn: A_ROLE },
  tagChanges: { set: {}, remove: [] },
  fields: anAssociation(),
};
const remove: Step = { kind: 'delete', observed };
const addonOwned: Verdict = { kind: 'report', finding: 'addonOwned', owner: 'add-on adot' };

describe('a takeover', () => {
  const fields = { observed, changes: {}, tagChanges: { set: {}, remove: [] }, fields: anAssociation() };
  const adopt: Step = { kind: 'adopt', ...fields };
  const taken: Step = { ...adopt, takenOver: true };

  it.each<{ when: string; verdict: Verdict; takeover: boolean }>([
    { when: 'planned', verdict: taken, takeover: true },
    { when: 'held', verdict: { kind: 'hold', reason: 'observeMode', step: taken }, takeover: true },
    { when: 'none', verdict: adopt, takeover: false },
  ])('is told as one: $when', ({ verdict, takeover }) => {
    const context = { wished: true, strict: false, roleUnusable: false };
    expect(reportDecision(decisionWith(verdict), context).takeover).toBe(takeover || undefined);
  });
});

describe('what counts as a difference', () => {
  it.each<{
    when: string;
    verdict: Verdict;
    wished: boolean;
    roleUnusable?: boolean;
    strict?: boolean;
    differs: boolean;
  }>([
    { when: 'as wished', verdict: { kind: 'converged' }, wished: true, differs: false },
    { when: 'missing', verdict: create, wished: true, differs: true },
    { when: 'other than wished', verdict: update, wished: true, differs: true },
    { when: 'ours and not wished for', verdict: remove, wished: false, differs: true },
    {
      when: 'the same, held because prune is off',
      verdict: { kind: 'hold', reason: 'pruneOff', step: remove },
      wished: false,
      differs: true,
    },
    {
      when: 'held in observe mode',
      verdict: { kind: 'hold', reason: 'observeMode', step: update },
      wished: true,
      differs: true,
    },
    { when: 'ignored', verdict: { kind: 'hold', reason: 'ignoreMode' }, wished: true, differs: false },
    { when: "somebody else's at a wished key", verdict: addonOwned, wished: true, differs: true },
    { when: "somebody else's where nobody wishes", verdict: addonOwned, wished: false, differs: false },
    {
      when: "somebody else's where nobody wishes, and strict",
      verdict: addonOwned,
      wished: false,
      strict: true,
      differs: true,
    },
    { when: 'written moments ago', verdict: { kind: 'settling' }, wished: true, differs: true },
    {
      when: 'unknown, which is neither clean nor different',
      verdict: { kind: 'unknown', reason: 'describeFailed' },
      wished: true,
      differs: false,
    },
    {
      when: 'as wished, but its role is gone',
      verdict: { kind: 'converged' },
      wished: true,
      roleUnusable: true,
      differs: true,
    },
  ])('$when: $differs', ({ verdict, wished, roleUnusable = false, strict = false, differs }) => {
    expect(reportDecision(decisionWith(verdict), { wished, roleUnusable, strict }).differs).toBe(differs);
  });
});

describe('reportDecision', () => {
  it('tells a step with what it changes, and what pods notice', () => {
    expect(
      reportDecision(decisionWith(update), { wished: true, roleUnusable: false, strict: false }),
    ).toEqual({
      namespace: 'payments',
      serviceAccount: 'api',
      decision: 'update',
      wished: true,
      differs: true,
      drift: [],
      reason: 'because',
      associationId: 'a-00000000000000001',
      roleArn: ANOTHER_ROLE,
      changes: [{ field: 'roleArn', from: ANOTHER_ROLE, to: A_ROLE }],
      podEffect: 'within6h',
    });
  });

  it('tells a step that is held, and why', () => {
    const held: Verdict = { kind: 'hold', reason: 'pruneOff', step: remove };
    expect(
      reportDecision(decisionWith(held), { wished: false, roleUnusable: false, strict: false }),
    ).toMatchObject({
      decision: 'hold',
      step: 'delete',
      heldBecause: 'pruneOff',
      podEffect: 'loseOnExpiry',
    });
  });

  it('tells of a step that was taken what is there now, and that nothing differs any more', () => {
    const association = anObservedAssociation({ associationId: 'a-00000000000000002' });
    const outcome = { kind: 'applied', step: create, association } as const;
    expect(
      reportDecision(decisionWith({ kind: 'converged' }), {
        wished: true,
        roleUnusable: false,
        strict: false,
        outcome,
      }),
    ).toMatchObject({
      decision: 'create',
      differs: false,
      associationId: 'a-00000000000000002',
      roleArn: A_ROLE,
      changes: [{ field: 'roleArn', from: null, to: A_ROLE }],
      outcome: { kind: 'applied' },
    });
  });

  it.each([
    {
      outcome: { kind: 'found', finding: 'roleMissing', message: 'no role' } as const,
      reported: { kind: 'found', because: 'roleMissing', message: 'no role' },
    },
    {
      outcome: { kind: 'failed', error: new AppError('aws.timeout', 'late', { retryable: true }) } as const,
      reported: { kind: 'failed', because: 'aws.timeout', message: 'late' },
    },
    { outcome: { kind: 'held', reason: 'frozen' } as const, reported: { kind: 'held', because: 'frozen' } },
  ])('tells how it ended: $reported.kind', ({ outcome, reported }) => {
    const decision = reportDecision(decisionWith(update), {
      wished: true,
      roleUnusable: false,
      strict: false,
      outcome,
    });
    expect(decision).toMatchObject({ decision: 'update', differs: true, outcome: reported });
  });
});

describe('what a step changes', () => {
  const changesOf = (step: Step) =>
    reportDecision(decisionWith(step), { wished: true, roleUnusable: false, strict: false }).changes;

  it('lists what a new association has', () => {
    const fields = anAssociation({
      disableSessionTags: true,
      policy: '{"a":1}',
      tags: { b: '2', a: '1' },
    });
    expect(changesOf({ kind: 'create', fields })).toEqual([
      { field: 'roleArn', from: null, to: A_ROLE },
      { field: 'disableSessionTags', from: null, to: 'true' },
      { field: 'policy', from: null, to: '{"a":1}' },
      { field: 'tags.a', from: null, to: '1' },
      { field: 'tags.b', from: null, to: '2' },
    ]);
  });

  it('tells a cleared field and removed tags as nothing', () => {
    const step: Step = {
      kind: 'update',
      observed: anObservedAssociation({ targetRoleArn: ANOTHER_ROLE, tags: { old: 'x', kept: 'y' } }),
      changes: { targetRoleArn: '', disableSessionTags: true },
      tagChanges: { set: { kept: 'z' }, remove: ['old'] },
      fields: anAssociation(),
    };
    expect(changesOf(step)).toEqual([
      { field: 'targetRoleArn', from: ANOTHER_ROLE, to: null },
      { field: 'disableSessionTags', from: 'false', to: 'true' },
      { field: 'tags.kept', from: 'y', to: 'z' },
      { field: 'tags.old', from: 'x', to: null },
    ]);
  });
});
