import { beforeEach, describe, expect, it } from 'vitest';
import type { AssociationItem } from '#shared/domain/registry/association-item.ts';
import { firstRevision } from '#shared/domain/registry/mapping-item.ts';
import { ALICE, CliRegistry } from '#test/builders/a-cli-registry.ts';
import { aMapping } from '#test/builders/a-mapping.ts';
import { aClusterItem, aDesired, aFinding, anAssociationItem } from '#test/builders/registry-items.ts';
import { NOON } from '#test/fakes/manual-clock.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const KEY = { namespace: 'payments', serviceAccount: 'api' };
const OTHER_ROLE = 'arn:aws:iam::111122223333:role/payments-legacy';
const CAUSE = {
  principal: ALICE,
  eventId: 'e-1',
  eventName: 'UpdatePodIdentityAssociation',
  at: NOON - 3 * MINUTE,
};
const RECORD = { associationId: 'a-1', origin: 'adopted' } as const;
const ROLE_DRIFT = { roleDrift: { firstSeenAt: NOON - 2 * MINUTE, cause: CAUSE } };
const DRIFTED: Partial<AssociationItem> = {
  record: { ...RECORD, observed: { roleArn: OTHER_ROLE, disableSessionTags: false } },
  observedAt: NOON - 2 * MINUTE,
  findings: ROLE_DRIFT,
};
const IN_LINE = { record: { ...RECORD, observedRevision: '1' }, observedAt: NOON - HOUR };

let cli: CliRegistry;
beforeEach(() => {
  cli = new CliRegistry();
});

/** The facts of a description, by title. */
async function factsOf(words: string): Promise<Readonly<Record<string, string>>> {
  const { stdout } = await cli.run(`describe ${words}`);
  const [, ...lines] = (stdout.split('\n\n')[0] ?? '').split('\n');
  return Object.fromEntries(lines.map((line) => line.trim().split(/ {2,}/, 2)));
}

describe('rolecall describe association', () => {
  it('says first what a person asks, and nothing that only a program needs', async () => {
    const bucketsVerifiedAt = Array.from({ length: 24 }, () => NOON - 4 * HOUR);
    const finding = aFinding({
      firstSeenAt: NOON - 2 * MINUTE,
      cause: CAUSE,
      message: `role is ${OTHER_ROLE}, should be payments-api`,
    });
    await cli.put({
      put: [aClusterItem({}, { bucketsVerifiedAt }), anAssociationItem(DRIFTED)],
      findings: [finding],
    });
    expect(
      (await cli.run('describe association prod-1/payments/api')).stdout,
    ).toBe(`Association prod-1/payments/api
  Status       roleDrift
  Role now     payments-legacy
  Role wished  payments-api, by revision 1 of default/payments/api
  Differs      role payments-api -> payments-legacy
  Changed by   alice (Admin) with UpdatePodIdentityAssociation, 2026-11-20T11:57:00Z (3m ago)
  Since        2026-11-20T11:58:00Z (2m ago)
  Mode         enforce
  Checked      2026-11-20T11:58:00Z (2m ago)
  Association  a-1, adopted by Rolecall
  Cluster      prod-1, account 111122223333, eu-west-1

Findings
SEVERITY  FINDING                 BY             AGE  WHAT
high      roleDrift/payments/api  alice (Admin)  2m   role is payments-legacy, should be payments-api

What was done, newest first
  nothing that is still written down
`);
  });

  it('keeps everything for programs', async () => {
    await cli.put({ put: [aClusterItem(), anAssociationItem(DRIFTED)] });
    const { stdout } = await cli.run('describe association prod-1/payments/api -o json');
    expect(JSON.parse(stdout)).toMatchObject({
      status: 'findings',
      checkedAt: '2026-11-20T11:58:00.000Z',
      record: { associationId: 'a-1', observed: { roleArn: OTHER_ROLE } },
      findings: { roleDrift: { cause: { eventId: 'e-1' } } },
      desired: { kind: 'fields', revision: 1 },
    });
  });

  it.each<{ when: string; item: Partial<AssociationItem>; says: string }>([
    { when: 'it is as wished', item: IN_LINE, says: 'payments-api' },
    {
      when: 'we wrote it a moment ago',
      item: { ...IN_LINE, record: { ...IN_LINE.record, lastWriteAt: NOON - 5_000 } },
      says: 'payments-api, as we wrote it; not seen since',
    },
    { when: 'it has another role', item: DRIFTED, says: 'payments-legacy' },
    {
      when: 'it has a role of another account',
      item: {
        record: {
          ...RECORD,
          observed: { roleArn: 'arn:aws:iam::444455556666:role/x', disableSessionTags: true },
        },
      },
      says: 'arn:aws:iam::444455556666:role/x',
    },
    {
      when: 'it was deleted',
      item: { record: RECORD, observedAt: NOON - HOUR, findings: { missing: { firstSeenAt: NOON } } },
      says: 'none: there is no association',
    },
    {
      when: 'somebody looked and found none',
      item: { observedAt: NOON },
      says: 'none: there is no association',
    },
    { when: 'nobody has looked', item: {}, says: 'not known: nobody has looked yet' },
    {
      when: 'nobody knows how a write ended',
      item: { record: RECORD, observedAt: NOON - HOUR },
      says: 'not known: nobody has seen it since it was written',
    },
  ])('says which role it has when $when', async ({ item, says }) => {
    await cli.put({ put: [aClusterItem(), anAssociationItem(item)] });
    expect((await factsOf('association prod-1/payments/api'))['Role now']).toBe(says);
  });

  it.each<{ desired: AssociationItem['desired']; says: string }>([
    { desired: undefined, says: 'none: no mapping wishes for one here' },
    {
      desired: { ...aDesired(), kind: 'absent' },
      says: 'none: by revision 1 of default/payments/api there is to be no association',
    },
    {
      desired: { ...aDesired(), kind: 'unresolvable', problem: 'no label team' },
      says: 'not known: revision 1 of default/payments/api cannot be made concrete here: no label team',
    },
  ])('says which role is wished: $says', async ({ desired, says }) => {
    const { desired: _, ...item } = anAssociationItem(IN_LINE);
    await cli.put({ put: [aClusterItem(), { ...item, ...(desired ? { desired } : {}) }] });
    expect((await factsOf('association prod-1/payments/api'))['Role wished']).toBe(says);
  });

  const FROZEN = {
    type: 'freeze',
    version: 0,
    shard: 0,
    frozen: true,
    reason: 'INC-1',
    by: ALICE,
    at: NOON,
  } as const;
  const UNDONE = [1, 2, 3].map((minutes) => ({ at: NOON - minutes * MINUTE }));
  it.each<{
    when: string;
    item: Partial<AssociationItem>;
    mode?: 'observe';
    frozen?: true;
    says: string | undefined;
  }>([
    { when: 'all is well', item: IN_LINE, says: undefined },
    {
      when: 'all is well and nothing may be written',
      item: IN_LINE,
      mode: 'observe',
      frozen: true,
      says: undefined,
    },
    {
      when: 'somebody fights back',
      item: { ...DRIFTED, disturbances: UNDONE, backOffUntil: NOON + MINUTE },
      says: 'not before 2026-11-20T12:01:00Z (in 60s): it was undone 3 times within an hour',
    },
    {
      when: 'somebody fights back and our own write settles',
      item: {
        ...IN_LINE,
        record: { ...IN_LINE.record, lastWriteAt: NOON - 5_000 },
        disturbances: UNDONE,
        backOffUntil: NOON + MINUTE,
      },
      says: 'not before 2026-11-20T12:01:00Z (in 60s): it was undone 3 times within an hour',
    },
    {
      when: 'the pause is over',
      item: { ...DRIFTED, disturbances: UNDONE, backOffUntil: NOON },
      says: undefined,
    },
    {
      when: 'our own write settles',
      item: { ...IN_LINE, record: { ...IN_LINE.record, lastWriteAt: NOON - 5_000 } },
      says: '2026-11-20T12:00:10Z (in 10s): until then a look may still show what was before our write',
    },
    {
      when: 'it is observed',
      item: DRIFTED,
      mode: 'observe',
      says: 'none: in mode observe nothing is written',
    },
    {
      when: 'all writes are frozen',
      item: DRIFTED,
      frozen: true,
      says: 'none while writes are frozen: since 2026-11-20T12:00:00Z (0s ago) by alice (Admin): INC-1',
    },
    {
      when: 'only a person can mend it',
      item: { ...IN_LINE, findings: { roleMissing: { firstSeenAt: 1 } } },
      mode: 'observe',
      says: undefined,
    },
  ])('says when it is tried next: $when', async ({ item, mode, frozen, says }) => {
    await cli.put({ put: [aClusterItem(mode ? { mode } : {}), anAssociationItem(item)] });
    if (frozen) await cli.put({ put: [FROZEN] });
    expect((await factsOf('association prod-1/payments/api'))['Next try']).toBe(says);
  });

  it.each([
    { cluster: 'enforce', mapping: 'enforce', says: 'enforce' },
    { cluster: 'observe', mapping: 'enforce', says: 'observe, of the cluster; the mapping says enforce' },
    { cluster: 'enforce', mapping: 'observe', says: 'observe, of the mapping; the cluster is in enforce' },
  ] as const)('says whose mode counts: $says', async ({ cluster, mapping, says }) => {
    const item = anAssociationItem({ ...IN_LINE, desired: aDesired({ mode: mapping }) });
    await cli.put({ put: [aClusterItem({ mode: cluster }), item] });
    expect((await factsOf('association prod-1/payments/api'))['Mode']).toBe(says);
  });

  it('still says who changed it last when that is put right', async () => {
    const clusterArn = aClusterItem().cluster.arn;
    const entry = { action: 'associationWritten', by: 'reconcile', step: 'update', cause: CAUSE } as const;
    await cli.put({
      put: [aClusterItem(), anAssociationItem(IN_LINE)],
      audit: [{ ...entry, at: NOON - 2 * MINUTE, clusterArn, key: KEY }],
    });
    expect((await factsOf('association prod-1/payments/api'))['Last changed by']).toBe(
      'alice (Admin) with UpdatePodIdentityAssociation, 2026-11-20T11:57:00Z (3m ago)',
    );
  });
});

describe('rolecall describe', () => {
  it('says of a cluster how it stands, and when it could not be read', async () => {
    const access = { kind: 'failed', code: 'aws.accessDenied', message: 'no', at: NOON - MINUTE } as const;
    const bucketsVerifiedAt = Array.from({ length: 24 }, () => NOON - 4 * HOUR);
    await cli.put({ put: [aClusterItem({ labels: { env: 'prod' } }, { access, bucketsVerifiedAt })] });
    const facts = await factsOf('cluster prod-1');
    expect(facts).toMatchObject({
      Status: 'enrolled 2026-11-20T12:00:00Z (0s ago) by enrol-cluster',
      Mode: 'enforce',
      Read: 'FAILED 2026-11-20T11:59:00Z (60s ago): aws.accessDenied: no; before that 2026-11-20T08:00:00Z (4h ago)',
      Labels: 'env=prod',
    });
    expect(JSON.stringify(facts)).not.toContain('bucketsVerifiedAt');
    const json = JSON.parse((await cli.run('describe cluster prod-1 -o json')).stdout) as object;
    expect(json).toHaveProperty('bucketsVerifiedAt');
  });

  it('says of a mapping its targets and where it stands', async () => {
    const { item, revision } = firstRevision(aMapping(), { by: ALICE, why: 'first', at: NOON - MINUTE });
    await cli.put({ put: [aClusterItem(), item, anAssociationItem(IN_LINE)], revisions: [revision] });
    const { stdout } = await cli.run('describe mappings payments/api');
    expect(stdout).toBe(`Mapping default/payments/api
  Team      payments
  Mode      enforce
  Revision  1
  Loaded    2026-11-20T11:59:00Z (60s ago)

Targets, the first that selects a cluster counts
CLUSTERS  ROLE                                              MORE
all       arn:{partition}:iam::{account}:role/payments-api  -

Where it stands
CLUSTER  STATUS   MODE     REVISION  ROLE          CHECKED
prod-1   in line  enforce  1         payments-api  60m ago

Revisions
REVISION  TIME                  BY             WHY
1         2026-11-20T11:59:00Z  alice (Admin)  first

What was done, newest first
  nothing that is still written down
`);
  });

  it('says of a waived finding until when, by whom and why', async () => {
    const waiver = { reason: 'moves in Q1', by: ALICE, until: NOON + HOUR };
    await cli.put({
      put: [aClusterItem()],
      findings: [aFinding({ status: 'waived', waiver, causeKey: 'event/e-1' })],
    });
    expect(await factsOf('finding prod-1/roleDrift/payments/api')).toMatchObject({
      Status: 'waived until 2026-11-20T13:00:00Z (in 60m) by alice (Admin): moves in Q1',
      'Changed by': 'not known: no event told',
    });
    expect((await cli.run('describe finding prod-1/roleDrift/payments/api')).stdout).toContain(
      '\nAll that has this cause\n  rolecall get findings --cause event/e-1\n\nWhat was done',
    );
  });

  it('describes an enrolment rule, with what was done about it alone', async () => {
    const lab = {
      name: 'lab',
      priority: 10,
      clusters: { matchLabels: { env: 'lab' } },
      mode: 'enforce',
    } as const;
    const asked = { by: ALICE, why: 'first', at: NOON - HOUR };
    await cli.put({
      put: [{ type: 'enrolmentRules', version: 0, rules: [{ ...lab, ...asked }] }],
      audit: [
        { action: 'enrolmentRuleLoaded', ...asked, detail: 'lab: priority 10, enforce, {}' },
        { action: 'enrolmentRuleLoaded', ...asked, detail: 'lab-2: priority 11, enforce, {}' },
      ],
    });
    const { stdout } = await cli.run('describe rule lab');
    expect(stdout).toBe(`EnrolmentRule lab
  Mode      enforce: new clusters that it selects begin in it
  Priority  10: the lowest is asked first, and the first that selects counts
  Clusters  env=lab
  Loaded    2026-11-20T11:00:00Z (60m ago)
  By        alice (Admin)
  Why       first

What was done, newest first
TIME                  CAUSED BY      WHAT
2026-11-20T11:00:00Z  alice (Admin)  enrolment rule loaded: lab: priority 10, enforce, {}: first
`);
    expect((await cli.run('describe rule labb')).stderr).toBe(
      'error: there is no enrolment rule labb\n  did you mean lab?\n',
    );
  });

  it('describes the newest enrolment of a name, and when it was asked for before', async () => {
    const place = { partition: 'aws', account: '111122223333', region: 'eu-west-1' };
    const request = { type: 'enrolmentRequest', version: 0, place, by: ALICE, clusters: ['prod-1'] } as const;
    const clusterArn = aClusterItem().cluster.arn;
    await cli.put({
      put: [
        { ...request, id: 'r-1', at: NOON - HOUR, why: 'first' },
        { ...request, id: 'r-2', at: NOON - MINUTE, why: 'again' },
        {
          type: 'enrolmentOutcome',
          version: 0,
          requestId: 'r-2',
          clusterArn,
          state: 'known',
          mode: 'enforce',
          at: NOON,
        },
      ],
      audit: [
        {
          action: 'enrolmentRequested',
          at: NOON - MINUTE,
          by: ALICE,
          why: 'again',
          detail: 'all clusters of 111122223333 in eu-west-1',
        },
        {
          action: 'enrolmentRequested',
          at: NOON - MINUTE,
          by: ALICE,
          detail: 'prod-2 of 111122223333 in eu-west-1',
        },
      ],
    });
    const { stdout } = await cli.run('describe enrolment 111122223333/eu-west-1/prod-1');
    expect(stdout).toBe(`Enrolment 111122223333/eu-west-1/prod-1
  Result     known before
  Detail     keeps its mode
  Mode then  enforce
  Cluster    prod-1
  Account    111122223333, eu-west-1
  Asked for  2026-11-20T11:59:00Z (60s ago) by alice (Admin): again
  Since      2026-11-20T12:00:00Z (0s ago)
  Request    r-2

Asked for before
CLUSTER  ACCOUNT       REGION     RESULT     MODE  ASKED    DETAIL
prod-1   111122223333  eu-west-1  asked for  -     60m ago  -

How it stands now
  rolecall describe cluster prod-1

What was done, newest first
TIME                  CAUSED BY      WHAT
2026-11-20T11:59:00Z  alice (Admin)  enrolment asked for: all clusters of 111122223333 in eu-west-1: again
`);
    expect((await cli.run('describe enrolment 111122223333/eu-west-1')).stderr).toContain(
      'the registry knows no enrolment 111122223333/eu-west-1\n',
    );
  });

  it.each([60, 100, 140])('writes no line longer than a terminal of %s columns', async (columns) => {
    const message =
      'the trust policy of the role does not let EKS hand it to this service account: add a statement';
    await cli.put({
      put: [aClusterItem(), anAssociationItem(DRIFTED)],
      findings: [aFinding({ message, cause: CAUSE })],
    });
    for (const words of [
      'association prod-1/payments/api',
      'cluster prod-1',
      'finding prod-1/roleDrift/payments/api',
    ]) {
      const { stdout } = await cli.run(`describe ${words}`, { isTTY: true, columns });
      expect(stdout.split('\n').filter((line) => line.length > columns)).toEqual([]);
    }
  });
});
