import { describe, expect, it } from 'vitest';
import {
  aReport,
  aReportedCluster,
  aReportedDecision,
  aReportedFinding,
  aReportedStep,
} from '#test/builders/a-report.ts';
import type { CheckReport, ReportedDecision } from '../report/check-report.ts';
import { plainStyle, UNICODE } from '../text/style.ts';
import { renderNames, renderReport } from './render-report.ts';

const ROLE = 'arn:aws:iam::111122223333:role/payments';
const role = (from: string | null, to: string | null) => [
  { field: 'roleArn', from: from && `${ROLE}-${from}`, to: to && `${ROLE}-${to}` },
];

const deleted = aReportedStep('delete', {
  serviceAccount: 'old-batch',
  wished: false,
  drift: ['notDeleted'],
  reason: 'is ours and no mapping wishes for it',
  changes: role('batch', null),
  podEffect: 'loseOnExpiry',
  associationId: 'a-00000000000000001',
});
const updated = aReportedStep('update', {
  drift: ['roleDrift', 'sessionTagsDrift'],
  reason: `role is ${ROLE}-v1, should be ${ROLE}-v2; session tags are on, should be off`,
  changes: [...role('v1', 'v2'), { field: 'disableSessionTags', from: 'false', to: 'true' }],
  podEffect: 'within6h',
  associationId: 'a-00000000000000002',
});
const created = aReportedStep('create', {
  serviceAccount: 'worker',
  drift: ['missing'],
  reason: 'there is no association',
  changes: [
    ...role(null, 'worker'),
    { field: 'tags.rolecall.dev/installation', from: null, to: 'rolecall' },
    { field: 'tags.team', from: null, to: 'payments' },
  ],
  podEffect: 'restartToGain',
});
const adopted = aReportedStep('adopt', {
  namespace: 'logs',
  serviceAccount: 'shipper',
  drift: ['tagDrift'],
  reason: 'already as wished and nobody else claims it: it becomes ours',
  changes: [{ field: 'tags.rolecall.dev/installation', from: null, to: 'rolecall' }],
  podEffect: 'none',
});
const conflict = aReportedDecision({
  namespace: 'search',
  serviceAccount: 'indexer',
  decision: 'report',
  differs: true,
  finding: 'foreign',
  owner: 'terraform',
  drift: ['roleDrift'],
  reason: `managed by terraform; role is ${ROLE}-x, should be ${ROLE}-v2`,
});
const settling = aReportedDecision({
  namespace: 'search',
  serviceAccount: 'suggest',
  decision: 'settling',
  differs: true,
  reason: 'written moments ago; there is no association',
});
const unresolvable = aReportedDecision({
  namespace: 'ml',
  serviceAccount: 'trainer',
  decision: 'unknown',
  unknownBecause: 'desiredUnreadable',
  reason: 'role/{label:env} needs the label env, which the cluster does not have',
});
const held = aReportedDecision({
  ...deleted,
  decision: 'hold',
  step: 'delete',
  heldBecause: 'pruneOff',
});

const plain = { wide: false };
const text = (report: CheckReport, columns?: number) =>
  `\n${renderReport(report, plainStyle(columns, UNICODE), plain)}`;

describe('a plan', () => {
  const decisions = [updated, created, adopted, conflict, settling, deleted];
  const report = aReport([
    aReportedCluster({ decisions: [...decisions, aReportedDecision({ serviceAccount: 'fine' })] }),
    aReportedCluster({ name: 'prod-2', decisions: [aReportedDecision()] }),
  ]);

  it('says what was read, counts deletions first, names them, and has one line a key', () => {
    expect(text(report)).toMatchInlineSnapshot(`
      "
      2 of 2 clusters read
        - 1 to delete   + 1 to create   ~ 1 to change in place   = 1 to adopt   ! 1 in conflict   … 1 settling   2 as wished
        - to delete: payments/old-batch on prod-1

      prod-1  111122223333 eu-west-1, 7 associations
        -  payments/old-batch  role payments-batch (is ours and no mapping wishes for it)           pods: lose ≤6h
        !  search/indexer      managed by terraform; role is payments-x, should be payments-v2
        ~  payments/api        role payments-v1 → payments-v2, session tags on → off                pods: switch ≤6h
        +  payments/worker     role payments-worker, tag team "payments" (there is no association)  pods: restart
        =  logs/shipper        already as wished and nobody else claims it: it becomes ours
        …  search/suggest      written moments ago; there is no association

        pods: lose ≤6h    1 key  running pods lose their credentials when these expire (up to 6 h)
        pods: switch ≤6h  1 key  running pods keep old credentials for up to 6 h; restart them to switch now
        pods: restart     1 key  running pods get credentials only when they are re-created
      "
    `);
  });

  it('fits a narrow terminal, and loses nothing', () => {
    expect(text(report, 72)).toMatchInlineSnapshot(`
      "
      2 of 2 clusters read
        - 1 to delete   + 1 to create   ~ 1 to change in place   = 1 to adopt
        ! 1 in conflict   … 1 settling   2 as wished
        - to delete: payments/old-batch on prod-1

      prod-1  111122223333 eu-west-1, 7 associations
        -  payments/old-batch  role payments-batch (is ours   pods: lose ≤6h
                               and no mapping wishes for it)
        !  search/indexer      managed by terraform; role is payments-x,
                               should be payments-v2
        ~  payments/api        role payments-v1 →             pods: switch ≤6h
                               payments-v2, session tags on
                               → off
        +  payments/worker     role payments-worker, tag      pods: restart
                               team "payments" (there is no
                               association)
        =  logs/shipper        already as wished and nobody else claims it: it
                               becomes ours
        …  search/suggest      written moments ago; there is no association

        pods: lose ≤6h    1 key  running pods lose their credentials when
                                 these expire (up to 6 h)
        pods: switch ≤6h  1 key  running pods keep old credentials for up to 6
                                 h; restart them to switch now
        pods: restart     1 key  running pods get credentials only when they
                                 are re-created
      "
    `);
  });

  it('tells everything when wide', () => {
    const wide = renderReport(report, plainStyle(undefined, UNICODE), { wide: true });
    expect(`\n${wide}`).toMatchInlineSnapshot(`
      "
      2 of 2 clusters read
        - 1 to delete   + 1 to create   ~ 1 to change in place   = 1 to adopt   ! 1 in conflict   … 1 settling   2 as wished
        - to delete: payments/old-batch on prod-1

      prod-1  111122223333 eu-west-1, 7 associations, Kubernetes 1.34
        -  payments/old-batch  a-00000000000000001  role arn:aws:iam::111122223333:role/payments-batch (is ours and no mapping wishes for it)                                                     pods: lose ≤6h
        !  search/indexer      -                    managed by terraform; role is arn:aws:iam::111122223333:role/payments-x, should be arn:aws:iam::111122223333:role/payments-v2
        ~  payments/api        a-00000000000000002  role arn:aws:iam::111122223333:role/payments-v1 → arn:aws:iam::111122223333:role/payments-v2, session tags on → off                           pods: switch ≤6h
        +  payments/worker     -                    role arn:aws:iam::111122223333:role/payments-worker, tag rolecall.dev/installation "rolecall", tag team "payments" (there is no association)  pods: restart
        =  logs/shipper        -                    tag rolecall.dev/installation none → "rolecall" (already as wished and nobody else claims it: it becomes ours)
        …  search/suggest      -                    written moments ago; there is no association
           payments/fine       -                    is as it should be

      prod-2  111122223333 eu-west-1, 1 association, Kubernetes 1.34, as wished
           payments/api  -  is as it should be

        pods: lose ≤6h    1 key  running pods lose their credentials when these expire (up to 6 h)
        pods: switch ≤6h  1 key  running pods keep old credentials for up to 6 h; restart them to switch now
        pods: restart     1 key  running pods get credentials only when they are re-created

      9 calls to AWS, 0 associations described
      "
    `);
  });

  it('needs no character beyond ASCII', () => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what ASCII is
    expect(renderReport(report, plainStyle(), plain)).toMatch(/^[\x00-\x7f]*$/);
  });
});

describe('a takeover', () => {
  const taken = aReportedStep('adopt', {
    takeover: true,
    drift: ['roleDrift'],
    reason: 'the mapping says takeover: it becomes ours, and is taken from terraform',
    changes: role('v1', 'v2'),
    podEffect: 'within6h',
  });

  it.each([
    {
      when: 'planned',
      decision: taken,
      repaired: false,
      counts: '~ 1 to take over',
      row: '~  payments/api  role payments-v1 → payments-v2 (the mapping says takeover',
    },
    {
      when: 'held',
      decision: aReportedDecision({ ...taken, decision: 'hold', step: 'adopt', heldBecause: 'brake' }),
      repaired: false,
      counts: '1 held',
      row: '~  payments/api  held, ',
    },
    {
      when: 'done',
      decision: aReportedDecision({ ...taken, differs: false, outcome: { kind: 'applied' } }),
      repaired: true,
      counts: '~ 1 taken over',
      row: '~  payments/api  taken over: role payments-v1 → payments-v2',
    },
  ])('is none of the adoptions that change nothing: $when', ({ decision, repaired, counts, row }) => {
    const shown = text(aReport([aReportedCluster({ decisions: [decision] })], { repaired }));
    expect(shown).toContain(counts);
    expect(shown).toContain(row);
    expect(shown).not.toContain('=');
  });
});

describe('what could not be known', () => {
  const failure = { code: 'aws.accessDenied', message: 'eks:DescribeCluster: not authorized' };
  const undescribed = (serviceAccount: string): ReportedDecision =>
    aReportedDecision({
      serviceAccount,
      decision: 'unknown',
      unknownBecause: 'describeFailed',
      reason: `eks:DescribePodIdentityAssociation of ${serviceAccount}: not authorized`,
    });

  it('is on the first line, and never called clean', () => {
    const report = aReport(
      [
        aReportedCluster({ decisions: [aReportedDecision()] }),
        aReportedCluster({ name: 'prod-2', status: 'unknown', failure }),
        aReportedCluster({
          name: 'prod-3',
          status: 'unknown',
          failure,
          decisions: ['a', 'b', 'c', 'd'].map(undescribed),
        }),
        aReportedCluster({ name: 'prod-4', status: 'unknown', decisions: [unresolvable] }),
        aReportedCluster({
          name: 'prod-l',
          status: 'absent',
          failure: { code: 'cluster.notFound', message: 'there is no cluster prod-l: did you mean prod-1?' },
        }),
      ],
      { unread: [{ account: '444455556666', region: 'us-east-1', failure }] },
    );
    expect(text(report, 90)).toMatchInlineSnapshot(`
      "
      3 of 4 clusters read, 1 only in part, 1 unknown, 1 not there, clusters of 444455556666
      us-east-1 unknown
        ? 5 unknown   1 as wished
        ?  the clusters of 444455556666, us-east-1 could not be listed: eks:DescribeCluster: not
           authorized

      prod-2  111122223333 eu-west-1
        ?  could not be read: eks:DescribeCluster: not authorized

      prod-3  111122223333 eu-west-1, 4 associations
        ?  read only in part: eks:DescribeCluster: not authorized
        ?  4 keys  unknown, because they could not be described; the first failure is told above

      prod-4  111122223333 eu-west-1, 1 association
        ?  ml/trainer  role/{label:env} needs the label env, which the cluster does not have

      prod-l
        !  there is no cluster prod-l: did you mean prod-1?
      "
    `);
  });
});

describe('held steps and findings', () => {
  const missing = (name: string, serviceAccount: string) =>
    aReportedFinding({
      finding: 'roleMissing',
      severity: 'problem',
      message: `the role ${ROLE} does not exist: create it, or correct the mapping`,
      roleArn: ROLE,
      namespace: name,
      serviceAccount,
    });

  it('say why and how to go on, one row for each cause across the fleet', () => {
    const agent = aReportedFinding({
      finding: 'agentMissing',
      severity: 'problem',
      message: 'there is no add-on eks-pod-identity-agent',
    });
    const unread = aReportedFinding({
      finding: 'roleUnread',
      severity: 'unknown',
      message: 'the role could not be read: iam:GetRole: not authorized',
      roleArn: ROLE,
      namespace: 'payments',
      serviceAccount: 'api',
    });
    const report = aReport([
      aReportedCluster({ decisions: [held], findings: [missing('a', 'x'), missing('a', 'y'), unread] }),
      aReportedCluster({ name: 'prod-2', findings: [missing('a', 'x'), agent] }),
      aReportedCluster({
        name: 'prod-3',
        findings: [missing('a', 'x'), aReportedFinding({ namespace: 'b', serviceAccount: 'z' })],
      }),
    ]);
    expect(text(report)).toMatchInlineSnapshot(`
      "
      3 of 3 clusters read
        1 held   0 as wished

      prod-1  111122223333 eu-west-1, 1 association
        -  payments/old-batch  held, prune is off: role payments-batch (is ours and no mapping wishes for it)

      Held
        1 step  nothing is deleted unless --prune says so  add --repair --prune --owner NAME, or wish for it in a mapping

      Findings  unusable roles count; the rest only with --strict
        !  roleMissing   4 associations on 3 clusters  the role payments (111122223333) does not exist: create it, or correct the mapping
        !  agentMissing  prod-2                        there is no add-on eks-pod-identity-agent
        ?  roleUnread    payments/api on prod-1        the role could not be read: iam:GetRole: not authorized
        !  unmanaged     b/z on prod-3                 no mapping and no tool claims it
      "
    `);
  });
});

describe('after a repair', () => {
  it('says of each key how it ended, and what remains', () => {
    const applied = { kind: 'applied' } as const;
    const done = (decision: ReportedDecision): ReportedDecision => ({
      ...decision,
      differs: false,
      outcome: applied,
    });
    const report = aReport(
      [
        aReportedCluster({
          decisions: [
            done(updated),
            done(adopted),
            done(deleted),
            {
              ...created,
              outcome: { kind: 'found', because: 'roleMissing', message: 'the role does not exist' },
            },
            {
              ...settling,
              outcome: { kind: 'later', because: 'settling', message: 'EKS tells the old state' },
            },
            conflict,
          ],
        }),
      ],
      { repaired: true },
    );
    const rendered = renderReport(report, plainStyle(undefined, UNICODE), { wide: false, afterPlan: true });
    expect(`\n${rendered}`).toMatchInlineSnapshot(`
      "
      1 of 1 cluster read
        - 1 deleted   ~ 1 changed in place   = 1 adopted   ! 1 not done   3 differences remain

      prod-1  111122223333 eu-west-1, 6 associations
        -  payments/old-batch  deleted: role payments-batch                                    pods: lose ≤6h
        !  search/indexer      managed by terraform; role is payments-x, should be payments-v2
        ~  payments/api        changed: role payments-v1 → payments-v2, session tags on → off  pods: switch ≤6h
        =  logs/shipper        adopted: our tags
        !  payments/worker     not created: the role does not exist
        …  search/suggest      not settled in time: EKS tells the old state
      "
    `);
  });

  it('says when nothing remains', () => {
    const outcome = { kind: 'applied' } as const;
    const report = aReport([aReportedCluster({ decisions: [{ ...created, differs: false, outcome }] })], {
      repaired: true,
    });
    expect(text(report)).toContain('  + 1 created   nothing remains\n');
  });
});

describe('names', () => {
  it('are those of the keys that differ, and of nothing else', () => {
    const report = aReport([
      aReportedCluster({ decisions: [updated, aReportedDecision(), unresolvable] }),
      aReportedCluster({ name: 'prod-2', decisions: [held] }),
    ]);
    expect(renderNames(report)).toBe('prod-1/payments/api\nprod-2/payments/old-batch\n');
  });
});

describe('clusters that could not be read', () => {
  const denied = (name: string, action = 'eks:ListPodIdentityAssociations') =>
    aReportedCluster({
      name,
      status: 'unknown',
      failure: { code: 'aws.accessDenied', message: `not allowed to perform: ${action} on ${name}` },
    });

  it.each([
    { when: 'two share a cause', clusters: [denied('a'), denied('b')], says: ['a', 'b'], like: undefined },
    {
      when: 'many do',
      clusters: [denied('a'), denied('b'), denied('c'), denied('d', 'eks:DescribeCluster')],
      says: ['a', 'd'],
      like: '  ?  nor could 2 more, for the same cause: b and c',
    },
  ])('are told one by one, or together by their cause: $when', ({ clusters, says, like }) => {
    const lines = renderReport(aReport(clusters), plainStyle(), { wide: false }).split('\n');
    const told = lines.flatMap((line) => /^ {2}\? {2}could not be read: .* on (.)$/.exec(line)?.[1] ?? []);
    expect(told).toEqual(says);
    expect(lines.find((line) => line.includes('nor could'))).toBe(like);
  });
});
