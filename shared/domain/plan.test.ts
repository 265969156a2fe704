import { describe, expect, it } from 'vitest';
import { aRecord, aSituation, aTombstone, aWish, planningRules } from '#test/builders/a-situation.ts';
import {
  A_ROLE,
  A_TARGET_ROLE,
  ADDON_ARN,
  ANOTHER_ROLE,
  anAssociation,
  anObservedAssociation,
  OUR_TAGS,
} from '#test/builders/an-association.ts';
import type { ObservedAssociation } from './association.ts';
import type { Decision, Drift } from './decision.ts';
import { type KeySituation, type Observation, type PlanningRules, planKey } from './plan.ts';

const described = (given: Partial<ObservedAssociation> = {}): Observation => ({
  kind: 'described',
  association: anObservedAssociation(given),
});
const listed = (remembered: boolean, given: Partial<ObservedAssociation> = {}): Observation => ({
  kind: 'listed',
  summary: anObservedAssociation(given),
  remembered,
});
const plan = (situation: Partial<KeySituation>, rules: Partial<PlanningRules> = {}): Decision =>
  planKey(aSituation(situation), planningRules(rules));
/** Without a record, and without our tags: somebody else made it. */
const stranger = (given: Partial<ObservedAssociation> = {}): Partial<KeySituation> => ({
  observation: described({ tags: {}, ...given }),
  record: undefined,
});
const inEveryField = anAssociation({
  roleArn: A_ROLE,
  targetRoleArn: A_TARGET_ROLE,
  disableSessionTags: true,
  policy: '{"Version":"2012-10-17","Statement":[]}',
  tags: { 'cost-centre': '42' },
});

describe('planKey on what is ours', () => {
  it('is converged when everything is as wished', () => {
    expect(plan({})).toEqual({
      namespace: 'payments',
      serviceAccount: 'api',
      verdict: { kind: 'converged', observed: anObservedAssociation() },
      drift: [],
      reason: 'is as it should be',
    });
  });

  it('creates what is missing, with the two tags that mark it as ours', () => {
    const wish = aWish({ fields: anAssociation({ tags: { 'cost-centre': '42' } }) });
    expect(plan({ wish, observation: { kind: 'absent' }, record: undefined })).toEqual({
      namespace: 'payments',
      serviceAccount: 'api',
      verdict: {
        kind: 'create',
        fields: {
          roleArn: A_ROLE,
          disableSessionTags: false,
          tags: {
            'cost-centre': '42',
            'rolecall.dev/installation': 'hub',
            'rolecall.dev/mapping': 'default/payments/api',
          },
        },
      },
      drift: ['missing'],
      reason: 'there is no association',
    });
  });

  it('says so when what it creates again was deleted', () => {
    expect(plan({ observation: { kind: 'absent' } })).toMatchObject({
      verdict: { kind: 'create' },
      drift: ['missing'],
      reason: 'the association that was made is gone',
    });
  });

  it.each<{
    drift: Drift;
    fields?: Partial<typeof inEveryField>;
    seen: Partial<ObservedAssociation>;
    changes?: object;
    tagChanges?: object;
    reason: string;
  }>([
    {
      drift: 'roleDrift',
      seen: { roleArn: ANOTHER_ROLE },
      changes: { roleArn: A_ROLE },
      reason: `role is ${ANOTHER_ROLE}, should be ${A_ROLE}`,
    },
    {
      drift: 'targetRoleDrift',
      fields: { targetRoleArn: A_TARGET_ROLE },
      seen: {},
      changes: { targetRoleArn: A_TARGET_ROLE },
      reason: `target role is none, should be ${A_TARGET_ROLE}`,
    },
    {
      drift: 'targetRoleDrift',
      seen: { targetRoleArn: A_TARGET_ROLE },
      changes: { targetRoleArn: '' },
      reason: `target role is ${A_TARGET_ROLE}, should be none`,
    },
    {
      drift: 'sessionTagsDrift',
      seen: { disableSessionTags: true },
      changes: { disableSessionTags: false },
      reason: 'session tags are off, should be on',
    },
    {
      drift: 'sessionPolicyDrift',
      fields: { policy: '{}' },
      seen: {},
      changes: { policy: '{}' },
      reason: 'session policy is missing',
    },
    {
      drift: 'sessionPolicyDrift',
      seen: { policy: '{}' },
      changes: { policy: '' },
      reason: 'has a session policy, should have none',
    },
    {
      drift: 'sessionPolicyDrift',
      fields: { policy: '{"Version":"2012-10-17","Statement":[]}' },
      seen: { policy: '{}' },
      changes: { policy: '{"Version":"2012-10-17","Statement":[]}' },
      reason: 'session policy differs',
    },
    {
      drift: 'tagDrift',
      seen: { tags: { ...OUR_TAGS, 'rolecall.dev/installation': 'lab' } },
      changes: {},
      tagChanges: { set: { 'rolecall.dev/installation': 'hub' }, remove: [] },
      reason: 'tags differ: rolecall.dev/installation',
    },
    {
      drift: 'tagDrift',
      seen: { tags: {} },
      changes: {},
      tagChanges: { set: OUR_TAGS, remove: [] },
      reason: 'tags differ: rolecall.dev/installation, rolecall.dev/mapping',
    },
  ])(
    'updates exactly what is wrong in place: $reason',
    ({ drift, fields, seen, changes, tagChanges, reason }) => {
      const wish = aWish({ fields: anAssociation(fields) });
      const association = anObservedAssociation(seen);
      expect(plan({ wish, observation: { kind: 'described', association } })).toEqual({
        namespace: 'payments',
        serviceAccount: 'api',
        verdict: {
          kind: 'update',
          observed: association,
          changes,
          tagChanges: tagChanges ?? { set: {}, remove: [] },
          fields: { ...anAssociation(fields), tags: { ...OUR_TAGS } },
        },
        drift: [drift],
        reason,
      });
    },
  );

  it('names every drift, in the order of the list, and changes them in one update', () => {
    const decision = plan({
      wish: aWish({ fields: inEveryField }),
      observation: described({ associationId: 'a-2', roleArn: ANOTHER_ROLE, tags: {} }),
    });
    expect(decision.drift).toEqual([
      'replaced',
      'roleDrift',
      'targetRoleDrift',
      'sessionTagsDrift',
      'sessionPolicyDrift',
      'tagDrift',
    ]);
    expect(decision.verdict).toMatchObject({
      kind: 'update',
      changes: {
        roleArn: A_ROLE,
        targetRoleArn: A_TARGET_ROLE,
        disableSessionTags: true,
        policy: '{"Version":"2012-10-17","Statement":[]}',
      },
      tagChanges: { set: { 'cost-centre': '42', ...OUR_TAGS }, remove: [] },
    });
  });

  it('adopts a replacement that already equals the wish: only the record is out of date', () => {
    const decision = plan({ observation: described({ associationId: 'a-2' }) });
    expect(decision).toMatchObject({
      verdict: { kind: 'adopt', changes: {}, tagChanges: { set: {}, remove: [] } },
      drift: ['replaced'],
      reason: 'the association was replaced by another one',
    });
  });

  it('knows ours by its record even when another tool has tagged it', () => {
    expect(plan({ observation: described({ tags: { ...OUR_TAGS, 'eksctl.io/x': '1' } }) }).verdict.kind).toBe(
      'converged',
    );
  });

  it('removes a tag that it set and that is no longer wished for, and no other', () => {
    const decision = plan({
      observation: described({ tags: { ...OUR_TAGS, 'cost-centre': '42', theirs: '1' } }),
      record: aRecord({ managedTagKeys: ['cost-centre', 'gone-already'] }),
    });
    expect(decision).toMatchObject({
      verdict: { kind: 'update', changes: {}, tagChanges: { set: {}, remove: ['cost-centre'] } },
      drift: ['tagDrift'],
      reason: 'tags that are no longer wished for remain',
    });
  });
});

describe('planKey on what is not ours', () => {
  it.each([
    { tags: {}, finding: 'unmanaged', owner: undefined },
    { tags: { owner: 'alice', team: 'payments' }, finding: 'unmanaged', owner: undefined },
    { tags: { 'managed-by': 'rolecall' }, finding: 'unmanaged', owner: undefined },
    { tags: { 'managed-by': '' }, finding: 'unmanaged', owner: undefined },
    { tags: { terraform: 'false' }, finding: 'unmanaged', owner: undefined },
    { tags: { 'aws:cloudformation:stack-name': 'eks' }, finding: 'foreign', owner: 'CloudFormation' },
    { tags: { 'alpha.eksctl.io/cluster-name': 'prod-1' }, finding: 'foreign', owner: 'eksctl' },
    { tags: { 'eksctl.io/owner': 'x' }, finding: 'foreign', owner: 'eksctl' },
    { tags: { 'services.k8s.aws/namespace': 'ack' }, finding: 'foreign', owner: 'ACK' },
    { tags: { 'crossplane-kind': 'podidentityassociation' }, finding: 'foreign', owner: 'Crossplane' },
    { tags: { 'crossplane.io/claim-name': 'x' }, finding: 'foreign', owner: 'Crossplane' },
    {
      tags: { 'aws:servicecatalog:provisionedProductArn': 'x' },
      finding: 'foreign',
      owner: 'Service Catalog',
    },
    { tags: { 'hashicorp.com/workspace': 'x' }, finding: 'foreign', owner: 'Terraform' },
    { tags: { terraform: 'true' }, finding: 'foreign', owner: 'Terraform' },
    { tags: { Terraform: 'yes' }, finding: 'foreign', owner: 'Terraform' },
    { tags: { 'pulumi:project': 'x' }, finding: 'foreign', owner: 'Pulumi' },
    { tags: { ManagedBy: 'terraform' }, finding: 'foreign', owner: 'terraform' },
    { tags: { managed_by: 'argo' }, finding: 'foreign', owner: 'argo' },
    { tags: { 'app.kubernetes.io/managed-by': 'Helm' }, finding: 'foreign', owner: 'Helm' },
    { tags: { provisioner: 'crossplane' }, finding: 'foreign', owner: 'crossplane' },
    { tags: { 'rolecall.dev/installation': 'lab' }, finding: 'foreign', owner: 'rolecall lab' },
    { tags: { 'rolecall.dev/installation': 'hub' }, finding: 'unmanaged', owner: undefined },
  ])('reports $finding ($owner) by the tags $tags when it differs', ({ tags, finding, owner }) => {
    const situation = stranger({ roleArn: ANOTHER_ROLE, tags });
    expect(plan(situation)).toMatchObject({ verdict: { kind: 'report', finding }, drift: ['roleDrift'] });
    expect(plan(situation).verdict).toHaveProperty('observed');
    const { verdict } = plan(situation);
    expect(verdict.kind === 'report' ? verdict.owner : 'no report').toBe(owner);
  });

  it.each([
    {
      who: 'another tool',
      tags: { 'eksctl.io/owner': 'x' },
      reason: `managed by eksctl; role is ${ANOTHER_ROLE}, should be ${A_ROLE}`,
    },
    {
      who: 'nobody known',
      tags: {},
      reason: `made by somebody else: left alone unless the mapping says takeover; role is ${ANOTHER_ROLE}, should be ${A_ROLE}`,
    },
    {
      who: 'us, perhaps',
      tags: OUR_TAGS,
      reason: `bears our tag, but nothing else says that we made or adopted it: left alone; role is ${ANOTHER_ROLE}, should be ${A_ROLE}`,
    },
  ])('says what differs in what is managed by $who', ({ tags, reason }) => {
    expect(plan(stranger({ roleArn: ANOTHER_ROLE, tags })).reason).toBe(reason);
  });

  it.each([
    { tags: { theirs: '1' }, set: OUR_TAGS, drift: ['tagDrift'] },
    { tags: OUR_TAGS, set: {}, drift: [] },
  ])('adopts what equals the wish and bears $tags, with no change but our tags', ({ tags, set, drift }) => {
    const decision = plan(stranger({ tags }));
    expect(decision).toMatchObject({
      verdict: { kind: 'adopt', changes: {}, tagChanges: { set, remove: [] } },
      drift,
      reason: 'already as wished and nobody else claims it: it becomes ours',
    });
  });

  it.each([{ 'eksctl.io/owner': 'x' }, { 'rolecall.dev/installation': 'lab' }])(
    'does not adopt an equal one that bears another tool’s tag %o',
    (tags) => {
      expect(plan(stranger({ tags }))).toMatchObject({
        verdict: { kind: 'report', finding: 'foreign' },
        drift: [],
      });
    },
  );

  it.each([
    { tags: {}, from: '' },
    { tags: { 'eksctl.io/owner': 'x' }, from: ', and is taken from eksctl' },
    { tags: OUR_TAGS, from: '' },
  ])('takes over what differs and bears $tags when the mapping says takeover', ({ tags, from }) => {
    const decision = plan({
      ...stranger({ roleArn: ANOTHER_ROLE, tags }),
      wish: aWish({ takeover: true }),
    });
    expect(decision).toMatchObject({
      verdict: { kind: 'adopt', takenOver: true, changes: { roleArn: A_ROLE } },
      reason: `the mapping says takeover: it becomes ours${from}`,
    });
    expect(decision.drift).toContain('roleDrift');
  });

  it.each([
    { tags: {}, takenOver: undefined },
    { tags: { 'eksctl.io/owner': 'x' }, takenOver: true },
  ])(
    'needs the word takeover for what equals the wish and bears $tags: $takenOver',
    ({ tags, takenOver }) => {
      const { verdict } = plan({ ...stranger({ tags }), wish: aWish({ takeover: true }) });
      expect(verdict).toMatchObject({ kind: 'adopt', changes: {} });
      expect(verdict.kind === 'adopt' && verdict.takenOver).toBe(takenOver);
    },
  );

  it('takes a tag for proof where it has authority (the CLI)', () => {
    const situation = { observation: described({ roleArn: ANOTHER_ROLE }), record: undefined };
    expect(plan(situation, { authority: 'recordOrTag' }).verdict.kind).toBe('update');
    expect(plan(situation, { authority: 'record' }).verdict).toMatchObject({
      kind: 'report',
      finding: 'unmanaged',
    });
  });

  it('takes a record of one that is only seen for no proof at all', () => {
    const record = aRecord({ origin: 'seen', finding: 'unmanaged' });
    expect(plan({ ...stranger({ roleArn: ANOTHER_ROLE }), record }).verdict.kind).toBe('report');
  });

  it.each([
    { when: 'it is wished for and differs', given: {} },
    { when: 'it is ours by record', given: { record: aRecord() } },
    { when: 'the mapping says takeover', given: { wish: aWish({ takeover: true }) } },
    { when: 'there is a tombstone', given: { wish: aTombstone(), record: aRecord() } },
    { when: 'nobody wishes for it', given: { wish: undefined } },
  ])('never touches what an add-on owns: $when', ({ given }) => {
    const observation = described({ roleArn: ANOTHER_ROLE, ownerArn: ADDON_ARN });
    const expected = {
      verdict: { kind: 'report', finding: 'addonOwned', owner: 'add-on aws-ebs-csi-driver' },
      drift: [],
      reason: 'run by add-on aws-ebs-csi-driver: change it with the add-on, not here',
    };
    const rules = { prune: 'unwished', authority: 'recordOrTag' } as const;
    expect(plan({ record: undefined, ...given, observation }, rules)).toMatchObject(expected);
    expect(plan({ ...given, observation: listed(true, { ownerArn: ADDON_ARN }) }, rules)).toMatchObject(
      expected,
    );
  });
});

describe('planKey on what should not be there', () => {
  it.each<{
    when: string;
    wish: KeySituation['wish'];
    prune: PlanningRules['prune'];
    expected: object;
  }>([
    {
      when: 'a tombstone, pruning off',
      wish: aTombstone(),
      prune: 'off',
      expected: { kind: 'hold', reason: 'pruneOff', step: { kind: 'delete' } },
    },
    { when: 'a tombstone', wish: aTombstone(), prune: 'tombstones', expected: { kind: 'delete' } },
    { when: 'a tombstone, pruning all', wish: aTombstone(), prune: 'unwished', expected: { kind: 'delete' } },
    {
      when: 'no wish, pruning off',
      wish: undefined,
      prune: 'off',
      expected: { kind: 'hold', reason: 'pruneOff', step: { kind: 'delete' } },
    },
    {
      when: 'no wish, and only tombstones count',
      wish: undefined,
      prune: 'tombstones',
      expected: { kind: 'hold', reason: 'pruneOff', step: { kind: 'delete' } },
    },
    { when: 'no wish, pruning all', wish: undefined, prune: 'unwished', expected: { kind: 'delete' } },
  ])('with $when: $expected', ({ wish, prune, expected }) => {
    const decision = plan({ wish }, { prune });
    expect(decision).toMatchObject({ verdict: expected, drift: ['notDeleted'] });
    expect(decision.reason).toBe(
      wish ? 'should be gone: a tombstone was approved' : 'is ours and no mapping wishes for it',
    );
  });

  it.each([
    { wish: aTombstone(), reason: 'no mapping and no tool claims it' },
    { wish: undefined, reason: 'no mapping and no tool claims it' },
  ])('reports a stranger, whether wished away or not wished for', ({ wish, reason }) => {
    expect(plan({ ...stranger(), wish }, { prune: 'unwished' })).toMatchObject({
      verdict: { kind: 'report', finding: 'unmanaged' },
      drift: [],
      reason,
    });
  });

  it('never deletes another association than the one that the record is of', () => {
    const observation = described({ associationId: 'a-2', tags: {} });
    for (const wish of [aTombstone(), undefined]) {
      expect(plan({ wish, observation }, { prune: 'unwished' }).verdict).toMatchObject({
        kind: 'report',
        finding: 'unmanaged',
      });
    }
  });

  it.each([
    { tags: OUR_TAGS, record: undefined, kind: 'delete' },
    { tags: OUR_TAGS, record: aRecord(), kind: 'delete' },
    { tags: {}, record: aRecord(), kind: 'report' },
    { tags: { 'rolecall.dev/installation': 'lab' }, record: aRecord(), kind: 'report' },
  ])(
    'where the tag has authority, deletes only what bears it: $tags gives $kind',
    ({ tags, record, kind }) => {
      const situation = { wish: undefined, observation: described({ tags }), record };
      expect(plan(situation, { authority: 'recordOrTag', prune: 'unwished' }).verdict.kind).toBe(kind);
    },
  );

  it('never deletes on the strength of a tag where the record has authority', () => {
    expect(plan({ wish: aTombstone(), record: undefined }, { prune: 'unwished' }).verdict).toMatchObject({
      kind: 'report',
      finding: 'unmanaged',
    });
  });

  it.each([{ wish: aTombstone() }, { wish: undefined }])('is converged when it is gone', ({ wish }) => {
    expect(plan({ wish, observation: { kind: 'absent' } })).toMatchObject({
      verdict: { kind: 'converged' },
      drift: [],
    });
  });

  it('holds a delete on a cluster that was only partly read, and lets everything else pass', () => {
    const partly = { partlyRead: true, prune: 'unwished' } as const;
    expect(plan({ wish: aTombstone() }, partly).verdict).toMatchObject({
      kind: 'hold',
      reason: 'clusterPartlyRead',
      step: { kind: 'delete' },
    });
    expect(plan({ observation: { kind: 'absent' } }, partly).verdict.kind).toBe('create');
    expect(plan({ observation: described({ roleArn: ANOTHER_ROLE }) }, partly).verdict.kind).toBe('update');
  });
});

describe('planKey restrained', () => {
  const differing = { observation: described({ roleArn: ANOTHER_ROLE }) };

  it.each([
    { cluster: 'enforce', mapping: 'enforce', expected: { kind: 'update' } },
    { cluster: 'enforce', mapping: 'observe', expected: { kind: 'hold', reason: 'observeMode' } },
    { cluster: 'observe', mapping: 'enforce', expected: { kind: 'hold', reason: 'observeMode' } },
    { cluster: 'ignore', mapping: 'enforce', expected: { kind: 'hold', reason: 'ignoreMode' } },
    { cluster: 'enforce', mapping: 'ignore', expected: { kind: 'hold', reason: 'ignoreMode' } },
    { cluster: 'ignore', mapping: 'observe', expected: { kind: 'hold', reason: 'ignoreMode' } },
  ] as const)('cluster $cluster and mapping $mapping: $expected', ({ cluster, mapping, expected }) => {
    const decision = plan({ ...differing, wish: aWish({ mode: mapping }) }, { clusterMode: cluster });
    expect(decision.verdict).toMatchObject(expected);
    const looked = expected.kind !== 'hold' || expected.reason !== 'ignoreMode';
    expect(decision.drift).toEqual(looked ? ['roleDrift'] : []);
  });

  it.each([
    { status: 'ACTIVE', kind: 'update' },
    { status: 'UPDATING', kind: 'update' },
    { status: 'CREATING', kind: 'hold' },
    { status: 'DELETING', kind: 'hold' },
    { status: 'FAILED', kind: 'hold' },
    { status: 'PENDING', kind: 'hold' },
    { status: 'UNKNOWN', kind: 'hold' },
  ] as const)('a cluster that is $status: $kind', ({ status, kind }) => {
    const { verdict } = plan(differing, { clusterStatus: status });
    expect(verdict.kind).toBe(kind);
    if (verdict.kind === 'hold') expect(verdict.reason).toBe('clusterNotActive');
  });

  it.each([
    { after: 0, kind: 'settling' },
    { after: 14_999, kind: 'settling' },
    { after: 15_000, kind: 'update' },
    // The clock was set back since: no reason to wait for ever.
    { after: -14_999, kind: 'settling' },
    { after: -15_000, kind: 'update' },
  ])('a difference $after ms after our own write: $kind', ({ after, kind }) => {
    const record = aRecord({ lastWriteAt: planningRules().now - after });
    const decision = plan({ ...differing, record });
    expect(decision.verdict.kind).toBe(kind);
    expect(decision.drift).toEqual(['roleDrift']);
  });

  it.each([
    { what: 'missing', situation: { observation: { kind: 'absent' } } },
    { what: 'not deleted', situation: { wish: aTombstone() } },
    { what: 'without its tags', situation: { observation: described({ tags: {} }) } },
  ] as const)('waits before it acts again on what it wrote moments ago and is $what', ({ situation }) => {
    const record = aRecord({ lastWriteAt: planningRules().now - 1 });
    expect(plan({ record, ...situation }).verdict).toEqual({ kind: 'settling' });
  });

  it('is converged at once after our own write when it is as wished', () => {
    const record = aRecord({ lastWriteAt: planningRules().now });
    expect(plan({ record }).verdict.kind).toBe('converged');
  });
});

describe('planKey on what was not looked at', () => {
  it.each<{ when: string; situation: Partial<KeySituation>; reason: string; text: string }>([
    {
      when: 'the cluster was not read to its end',
      situation: { observation: { kind: 'unseen', reason: 'clusterUnread' } },
      reason: 'clusterUnread',
      text: 'could not be read',
    },
    {
      when: 'its describe failed',
      situation: { observation: { kind: 'unseen', reason: 'describeFailed', detail: 'no answer' } },
      reason: 'describeFailed',
      text: 'no answer',
    },
    {
      when: 'it was listed and nothing is remembered',
      situation: { observation: listed(false) },
      reason: 'notVerified',
      text: 'listed, not described: its role and fields were not looked at',
    },
    {
      when: 'memory should answer and has no record',
      situation: { observation: listed(true), record: undefined },
      reason: 'notVerified',
      text: 'listed, not described: its role and fields were not looked at',
    },
    {
      when: 'the wish cannot be made concrete',
      situation: {
        wish: { kind: 'unresolvable', mapping: aWish().mapping, problem: 'the cluster has no label env' },
      },
      reason: 'desiredUnreadable',
      text: 'the cluster has no label env',
    },
  ])('is unknown when $when', ({ situation, reason, text }) => {
    expect(plan(situation)).toMatchObject({ verdict: { kind: 'unknown', reason }, drift: [], reason: text });
  });

  it.each([
    {
      record: aRecord({ matchedWish: 'd1' }),
      verdict: { kind: 'converged' },
      reason: 'the same association as when it was last described; its fields were not looked at again',
    },
    {
      record: aRecord({ origin: 'seen', finding: 'foreign', owner: 'eksctl' }),
      verdict: { kind: 'report', finding: 'foreign', owner: 'eksctl' },
      reason: 'managed by eksctl',
    },
    {
      record: aRecord({ origin: 'seen', finding: 'unmanaged' }),
      verdict: { kind: 'report', finding: 'unmanaged' },
      reason: 'no mapping and no tool claims it',
    },
    {
      record: aRecord({ origin: 'seen', finding: 'unmanaged', unproven: true }),
      verdict: { kind: 'report', finding: 'unmanaged', unproven: true },
      reason: 'bears our tag, but nothing else says that we made or adopted it: left alone',
    },
  ])('lets the record answer for what was listed: $reason', ({ record, verdict, reason }) => {
    expect(plan({ observation: listed(true), record })).toMatchObject({ verdict, reason });
  });
});
