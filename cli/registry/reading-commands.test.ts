import { beforeEach, describe, expect, it } from 'vitest';
import { firstRevision } from '#shared/domain/registry/mapping-item.ts';
import { ALICE, CliRegistry } from '#test/builders/a-cli-registry.ts';
import { aMapping } from '#test/builders/a-mapping.ts';
import { aClusterItem, aFinding, anAssociationItem } from '#test/builders/registry-items.ts';
import { NOON } from '#test/fakes/manual-clock.ts';

const ARN = 'arn:aws:eks:eu-west-1:111122223333:cluster/prod-1';
const MINUTE = 60_000;
const KEY = { namespace: 'payments', serviceAccount: 'api' };
const ID = 'a-0123456789abcdefg';
const CAUSE = { principal: ALICE, eventId: 'e-1', at: NOON - MINUTE };

let cli: CliRegistry;
beforeEach(async () => {
  cli = new CliRegistry();
  const open = { firstSeenAt: NOON - 30_000 };
  const access = { kind: 'ok', at: NOON - MINUTE } as const;
  const record = { associationId: ID, origin: 'created' } as const;
  await cli.put({
    put: [
      aClusterItem({}, { access }),
      anAssociationItem({ findings: { roleDrift: open }, record, observedAt: NOON - 30_000 }),
    ],
    findings: [aFinding({ ...open, cause: CAUSE })],
  });
  await cli.put({
    audit: [
      {
        action: 'associationWritten',
        at: NOON - 55_000,
        by: 'reconcile',
        why: 'role is other',
        clusterArn: ARN,
        key: KEY,
        mapping: { clusterSet: 'default', ...KEY },
        revision: 1,
        step: 'update',
        drift: ['roleDrift'],
        cause: CAUSE,
      },
      { action: 'writesFrozen', at: NOON - 2 * MINUTE, by: ALICE, why: 'INC-1' },
    ],
  });
});

const REPAIRED =
  '2026-11-20T11:59:05Z  prod-1 payments/api  repaired: update (roleDrift)  reconcile  alice (Admin), 5.0 s before  role is other\n';
const HEADING =
  'TIME                  ABOUT                WHAT                          BY         CAUSED BY                    WHY\n';

describe('rolecall audit', () => {
  it.each([['--cluster prod-1'], ['--mapping default/payments/api'], ['--mapping payments/api']])(
    'lists what was done: %s',
    async (words) => {
      expect((await cli.run(`audit ${words}`)).stdout).toBe(HEADING + REPAIRED);
    },
  );

  it('lists what was done for the fleet', async () => {
    const { stdout } = await cli.run('audit');
    expect(stdout).toContain(
      '2026-11-20T11:58:00Z  -      ALL WRITES FROZEN  alice (Admin)  -          INC-1\n',
    );
  });

  it('refuses what is no mapping', async () => {
    const { exitCode, stderr } = await cli.run('audit --mapping api');
    expect({ exitCode, stderr }).toEqual({
      exitCode: 1,
      stderr:
        'error: no mapping can be called "api"\n  write default/payments/api, or payments/api for the set default\n',
    });
  });
});

describe('rolecall who-uses', () => {
  it.each([['arn:aws:iam::111122223333:role/payments-api'], ['111122223333/payments-api'], ['Payments-API']])(
    'finds the users of %s',
    async (role) => {
      expect((await cli.run(`who-uses ${role} -o name`)).stdout).toBe('prod-1/payments/api\n');
    },
  );

  it('finds none of another account', async () => {
    expect((await cli.run('who-uses 444455556666/payments-api')).stderr).toBe(
      'There are no users of this role.\n',
    );
  });
});

describe('rolecall describe', () => {
  it.each([
    { words: 'cluster prod-1', says: '  clusterSet: default' },
    { words: 'association prod-1/payments/api', says: '  status: findings' },
    { words: 'association payments/api --cluster prod-1', says: 'payments-api' },
    { words: `association ${ID}`, says: `Association prod-1/payments/api\n  status: findings` },
    { words: `association ${ID} --cluster prod-1`, says: '  checkedAt: 2026-11-20T11:59:30.000Z' },
    { words: 'finding prod-1/roleDrift/payments/api', says: `    principal: ${ALICE}` },
  ])('tells all of $words, with its history', async ({ words, says }) => {
    const { exitCode, stdout } = await cli.run(`describe ${words}`);
    expect(exitCode).toBe(0);
    expect(stdout).toContain(says);
    expect(stdout).toContain(REPAIRED);
  });

  it.each([
    {
      words: 'finding prod-1/missing/payments/api',
      says: 'there is no finding missing/payments/api on prod-1',
    },
    {
      words: 'association prod-1/payments/web',
      says: 'the registry knows no association prod-1/payments/web',
    },
    { words: 'association payments', says: 'give the id: a-abcdefghijklmnopq' },
    {
      words: 'association a-00000000000000000',
      says: 'the registry knows no association a-00000000000000000\n',
    },
    { words: 'mapping default/payments/web', says: 'the registry knows no mapping default/payments/web' },
    { words: 'mapping payments', says: 'write default/payments/api, or payments/api for the set default' },
  ])('says when there is none: $words', async ({ words, says }) => {
    const { exitCode, stdout, stderr } = await cli.run(`describe ${words}`);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toContain(says);
  });

  it('asks for the cluster where two have an association of one id', async () => {
    const other = aClusterItem({ name: 'prod-2', arn: `${ARN.slice(0, -1)}2` });
    const record = { associationId: ID, origin: 'created' } as const;
    const clusterArn = other.cluster.arn;
    await cli.put({ put: [other, { ...anAssociationItem({ record }), clusterArn }] });
    const { stderr } = await cli.run(`describe association ${ID}`);
    expect(stderr).toContain(`there are 2 associations ${ID}: prod-1/payments/api and prod-2/payments/api`);
    expect((await cli.run(`describe association ${ID} --cluster prod-2`)).stdout).toContain(
      'Association prod-2/payments/api',
    );
  });

  it('tells of a mapping its revisions, where it stands, and what was done', async () => {
    const { item, revision } = firstRevision(aMapping(), { by: ALICE, why: 'first', at: NOON - MINUTE });
    const mapping = item.key;
    await cli.put({
      put: [item],
      revisions: [revision],
      audit: [
        { action: 'mappingLoaded', at: NOON - 3 * MINUTE, by: ALICE, why: 'first', mapping, revision: 1 },
      ],
    });
    const { exitCode, stdout } = await cli.run('describe mapping payments/api -o json');
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      kind: 'Mapping',
      name: 'default/payments/api',
      latest: 1,
      completed: { revision: 1, document: { team: 'payments', targets: [{ clusters: 'all' }] } },
      revisions: [{ number: 1, by: ALICE, why: 'first', at: '2026-11-20T11:59:00.000Z' }],
      clusters: [{ clusterArn: ARN, status: 'findings' }],
      history: [{ action: 'associationWritten' }, { action: 'mappingLoaded' }],
      moreHistory: false,
    });
    const { stdout: text } = await cli.run('describe mapping default/payments/api');
    expect(text).toContain('Mapping default/payments/api\n');
    expect(text).toContain(
      '2026-11-20T11:57:00Z  default/payments/api  mapping loaded 1              alice (Admin)  -                            first\n',
    );
  });

  it.each([
    {
      words: 'association prod-1/payments/api --limit 1',
      says: 'there may be more than these 1: raise --limit',
    },
    { words: 'cluster prod-1 --limit 20', says: undefined },
  ])('says whether there may be more of the audit: $words', async ({ words, says }) => {
    const { stdout } = await cli.run(`describe ${words}`);
    expect(stdout.includes('raise --limit')).toBe(says !== undefined);
    expect(stdout).toContain(says ?? REPAIRED);
  });

  it('says that it did not look through all of a long audit', async () => {
    const other = { namespace: 'web', serviceAccount: 'front' };
    const many = Array.from({ length: 2_000 }, (_, index) => ({
      action: 'associationWritten' as const,
      at: NOON - 50_000 + index,
      by: 'reconcile',
      clusterArn: ARN,
      key: other,
    }));
    for (let start = 0; start < many.length; start += 50) {
      await cli.put({ audit: many.slice(start, start + 50) });
    }
    const { stdout } = await cli.run('describe association prod-1/payments/api');
    expect(stdout).not.toContain('repaired: update');
    expect(stdout).toContain(
      "  nothing among the newest 2,000 entries of the cluster's audit; older ones were not looked at: rolecall audit --cluster prod-1 --limit 20000\n",
    );
    const json = await cli.run('describe association prod-1/payments/api -o json');
    expect(JSON.parse(json.stdout)).toMatchObject({ history: [], moreHistory: true });
  });

  it.each(['cluster fresh-1', 'association fresh-1/payments/api'])(
    'says that nothing was checked where nobody has read: %s',
    async (words) => {
      const fresh = aClusterItem({
        name: 'fresh-1',
        arn: 'arn:aws:eks:eu-west-1:111122223333:cluster/fresh-1',
      });
      await cli.put({ put: [fresh, { ...anAssociationItem(), clusterArn: fresh.cluster.arn }] });
      const { stdout } = await cli.run(`describe ${words}`);
      expect(stdout).toContain(
        '1 cluster was never read, so nothing was checked there: fresh-1.\n\nWhat was done, newest first\n  nothing that is still written down\n',
      );
      const json = JSON.parse((await cli.run(`describe ${words} -o json`)).stdout) as object;
      expect(json).toMatchObject(words.startsWith('cluster') ? { lastReadAt: null } : { checkedAt: null });
    },
  );
});

describe('rolecall waive', () => {
  it('accepts a finding to the end of a day, in the name of whoever STS says it is', async () => {
    const line = 'waive prod-1/roleDrift/payments/api --reason known --until 2026-11-30';
    const { exitCode, stdout } = await cli.run(line);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('Waived until 2026-12-01T00:00:00Z: prod-1/roleDrift/payments/api.');
    const id = 'roleDrift/payments/api';
    const [finding] = await cli.registry.get([{ type: 'finding', clusterArn: ARN, id }]);
    expect(finding).toMatchObject({ status: 'waived', waiver: { by: ALICE, reason: 'known' } });
  });

  it.each([
    { until: '2026-02-31', says: '--until is no day' },
    { until: 'tomorrow', says: '--until is no day' },
    { until: '2026-11-19', says: 'is past' },
  ])('refuses until $until', async ({ until, says }) => {
    const { exitCode, stderr } = await cli.run(
      `waive prod-1/roleDrift/payments/api --reason known --until ${until}`,
    );
    expect(exitCode).toBe(1);
    expect(stderr).toContain(says);
  });
});

describe('rolecall events', () => {
  const LINES = [
    '2026-11-20T11:58:00Z  fleet             -                             ALL WRITES FROZEN: INC-1  by alice (Admin)',
    '2026-11-20T11:59:05Z  prod-1            payments/api                  repaired: update (roleDrift)  changed by alice (Admin), after 5.0 s',
    '2026-11-20T11:59:30Z  prod-1            payments/api                  found: roleDrift (high): role is other  changed by alice (Admin)',
  ];

  it('tells what happened, oldest first', async () => {
    const { stdout } = await cli.run('events');
    expect(stdout.split('\n').slice(0, -1)).toEqual(LINES);
  });

  it('lets a brake stand out, when it begins and when it ends', async () => {
    const finding = { id: 'brakeEngaged', kind: 'brakeEngaged', severity: 'critical' } as const;
    const { key: _, ...brake } = aFinding({
      ...finding,
      message: 'some are held',
      firstSeenAt: NOON - 20_000,
    });
    await cli.put({ findings: [brake] });
    const lines = async () => (await cli.run('events --since 25s')).stdout.split('\n').slice(0, -1);
    expect(await lines()).toEqual([
      '2026-11-20T11:59:40Z  prod-1            -                             BRAKE ENGAGED: some are held',
    ]);
    await cli.put({
      ends: [{ clusterArn: ARN, ...finding, status: 'resolved', endedAt: NOON - 10_000 }],
    });
    expect(await lines()).toEqual([
      '2026-11-20T11:59:50Z  prod-1            -                             the brake holds no more, after 10.0 s',
    ]);
  });

  it.each([
    { words: '--since 1m', lines: 2 },
    { words: '--since 40s', lines: 1 },
    { words: '--cluster prod-1', lines: 2 },
    { words: '--since 2026-11-20T11:00:00Z', lines: 3 },
  ])('tells $lines of them: $words', async ({ words, lines }) => {
    expect((await cli.run(`events ${words}`)).stdout.split('\n').length - 1).toBe(lines);
  });

  it('follows: each thing once, also what comes late, until it is stopped', async () => {
    const stop = new AbortController();
    const running = cli.run('events --follow --since 40s -o json', { signal: stop.signal });
    await cli.clock.advance(1_999);
    const late = { action: 'brakeReleased', at: NOON - 10_000, by: ALICE, why: 'looked' } as const;
    await cli.put({ audit: [late] });
    await cli.clock.advance(4_000);
    stop.abort();
    const { exitCode, stdout } = await running;
    expect(exitCode).toBe(0);
    const events = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { event: string; action?: string });
    expect(events.map(({ event, action }) => action ?? event)).toEqual(['finding', 'brakeReleased']);
  });
});
