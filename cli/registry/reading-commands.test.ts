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
      {
        action: 'findingOpened',
        at: NOON - 30_000,
        by: 'reconcile',
        clusterArn: ARN,
        key: KEY,
        mapping: { clusterSet: 'default', ...KEY },
        detail: 'roleDrift: role is other',
        cause: CAUSE,
      },
    ],
  });
});

const REPAIRED =
  '2026-11-20T11:59:05Z  prod-1 payments/api  alice (Admin)  repaired (roleDrift): role is other\n';
const FROZEN = '2026-11-20T11:58:00Z  fleet                alice (Admin)  ALL WRITES FROZEN: INC-1\n';
const FOUND =
  '2026-11-20T11:59:30Z  prod-1 payments/api  alice (Admin)  found: roleDrift (high): role is other\n';
const ABOUT = 'prod-1 payments/api  ';
const HEADING = 'TIME                  ABOUT                CAUSED BY      WHAT\n';

describe('rolecall audit', () => {
  it.each([['--cluster prod-1'], ['--mapping default/payments/api'], ['--mapping payments/api']])(
    'lists what was done: %s',
    async (words) => {
      expect((await cli.run(`audit ${words}`)).stdout).toBe(HEADING + FOUND + REPAIRED);
    },
  );

  it.each([
    { words: '', lines: HEADING + FOUND + REPAIRED + FROZEN },
    { words: ' --since 1m', lines: HEADING + FOUND + REPAIRED },
    { words: ' --cluster prod-1 --since 40s', lines: HEADING + FOUND },
    { words: ' --limit 2', lines: HEADING + FOUND + REPAIRED },
  ])('lists what was done everywhere, newest first:$words', async ({ words, lines }) => {
    expect((await cli.run(`audit${words}`)).stdout).toBe(lines);
  });

  it('lists what is about no cluster', async () => {
    expect((await cli.run('audit --fleet')).stdout).toBe(
      'TIME                  ABOUT  CAUSED BY      WHAT\n2026-11-20T11:58:00Z  fleet  alice (Admin)  ALL WRITES FROZEN: INC-1\n',
    );
  });

  it('reads of a large fleet one page a cluster, and more only of those that have the newest', async () => {
    const clusters = Array.from({ length: 30 }, (_, index) => `${ARN.slice(0, -1)}x${index}`);
    for (const [index, arn] of clusters.entries()) {
      const about = { action: 'associationWritten', by: 'reconcile', clusterArn: arn, key: KEY } as const;
      const newest = index === 7 ? NOON - 1_000 : NOON - 10 * MINUTE;
      const audit = Array.from({ length: 25 }, (__, nth) => ({ ...about, at: newest - nth }));
      await cli.put({ put: [aClusterItem({ arn, name: `prod-x${index}` })], audit });
    }
    const asked: number[] = [];
    const read = cli.registry.auditOfCluster.bind(cli.registry);
    cli.registry.auditOfCluster = async (arn, page) => {
      asked.push(page?.limit ?? Number.POSITIVE_INFINITY);
      return await read(arn, page);
    };
    const { stdout } = await cli.run('audit --limit 25 -o json');
    const { items } = JSON.parse(stdout) as { items: readonly { clusterArn: string }[] };
    expect(new Set(items.map((item) => item.clusterArn))).toEqual(new Set([clusters[7]]));
    // The fleet, 31 clusters, and two further pages of the one that has the newest.
    expect(asked).toEqual(Array.from({ length: 34 }, () => 10));
  });

  it('refuses two lists at once', async () => {
    const { exitCode, stderr } = await cli.run('audit --fleet --cluster prod-1');
    expect({ exitCode, stderr }).toEqual({
      exitCode: 1,
      stderr: 'error: --cluster and --fleet are different lists\n  give one of them\n',
    });
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
    { words: 'cluster prod-1', says: '  Cluster set   default' },
    { words: 'association prod-1/payments/api', says: '  Status           roleDrift' },
    { words: 'association payments/api --cluster prod-1', says: 'payments-api' },
    { words: `association ${ID}`, says: `  Association      ${ID}, made by Rolecall` },
    {
      words: `association ${ID} --cluster prod-1`,
      says: '  Checked          2026-11-20T11:59:30Z (30s ago)',
    },
    { words: 'finding prod-1/roleDrift/payments/api', says: `  Principal        ${ALICE}` },
  ])('tells all of $words, with its history', async ({ words, says }) => {
    const { exitCode, stdout } = await cli.run(`describe ${words}`);
    expect(exitCode).toBe(0);
    expect(stdout).toContain(says);
    expect(stdout).toContain(words.startsWith('cluster') ? REPAIRED : REPAIRED.replace(ABOUT, ''));
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
      history: [{ action: 'findingOpened' }, { action: 'associationWritten' }, { action: 'mappingLoaded' }],
      moreHistory: false,
    });
    const { stdout: text } = await cli.run('describe mapping default/payments/api');
    expect(text).toContain('Mapping default/payments/api\n');
    expect(text).toContain(
      '2026-11-20T11:57:00Z  default/payments/api  alice (Admin)  mapping loaded as revision 1: first\n',
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
    expect(stdout).not.toContain('repaired');
    expect(stdout).toContain(
      "  no more among the newest 2,000 entries of the cluster's audit; older ones were not looked at: rolecall audit --cluster prod-1 --limit 20000\n",
    );
    const json = await cli.run('describe association prod-1/payments/api -o json');
    expect(JSON.parse(json.stdout)).toMatchObject({
      history: [{ action: 'findingOpened' }],
      moreHistory: true,
    });
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
    expect(stdout).toBe(`Waived to the end of 2026-11-30 (UTC): prod-1/roleDrift/payments/api
  It counts as accepted until then, also when it goes away and comes back. Whether it is put right does not depend on it.
  Waived by alice (Admin): known
`);
    expect((await cli.run('events --limit 1')).stdout).toContain(
      'waived: roleDrift until 2026-12-01T00:00:00Z: known; by alice (Admin)',
    );
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
    '2026-11-20T11:58:00Z  fleet             -                             ALL WRITES FROZEN: INC-1; by alice (Admin)',
    '2026-11-20T11:59:05Z  prod-1            payments/api                  repaired (roleDrift): role is other; changed by alice (Admin), 5.0 s before',
    '2026-11-20T11:59:30Z  prod-1            payments/api                  found: roleDrift (high): role is other; changed by alice (Admin), 30.0 s before',
  ];

  it('tells what happened, oldest first', async () => {
    const { stdout } = await cli.run('events');
    expect(stdout.split('\n').slice(0, -1)).toEqual(LINES);
  });

  it('still tells what was found when it is over', async () => {
    const id = 'roleDrift/payments/api';
    await cli.put({
      ends: [{ clusterArn: ARN, id, kind: 'roleDrift', status: 'resolved', endedAt: NOON }],
      audit: [
        { action: 'findingEnded', at: NOON, by: 'reconcile', clusterArn: ARN, key: KEY, detail: 'roleDrift' },
      ],
    });
    const { stdout } = await cli.run('events');
    expect(stdout.split('\n').slice(0, -1)).toEqual([
      ...LINES,
      '2026-11-20T12:00:00Z  prod-1            payments/api                  over: roleDrift',
    ]);
  });

  it('tells of clusters that nobody enrolled', async () => {
    const id = 'unknownCluster' as const;
    const { key: _, ...finding } = aFinding({
      id,
      kind: id,
      severity: 'medium',
      message: 'nobody enrolled it',
    });
    await cli.put({ findings: [{ ...finding, clusterArn: `${ARN.slice(0, -6)}stray` }] });
    expect((await cli.run('events --since 10s')).stdout).toBe(
      '2026-11-20T12:00:00Z  stray             -                             found: unknownCluster (medium): nobody enrolled it\n',
    );
  });

  it('lets a brake stand out, when it begins and when it ends', async () => {
    const about = { by: 'reconcile', clusterArn: ARN } as const;
    await cli.put({
      audit: [
        { action: 'findingOpened', at: NOON - 20_000, detail: 'brakeEngaged: some are held', ...about },
        { action: 'findingEnded', at: NOON - 10_000, detail: 'brakeEngaged', ...about },
      ],
    });
    const { stdout } = await cli.run('events --since 25s');
    expect(stdout.split('\n').slice(0, -1)).toEqual([
      '2026-11-20T11:59:40Z  prod-1            -                             BRAKE ENGAGED: some are held',
      '2026-11-20T11:59:50Z  prod-1            -                             the brake holds no more',
    ]);
  });

  it.each([
    {
      entry: { action: 'clusterModeChanged', detail: 'observe ► enforce', why: 'INC-1' },
      says: 'mode observe ► enforce: INC-1; by alice (Admin)',
    },
    { entry: { action: 'brakeReleased', why: 'looked' }, says: 'brake released: looked; by alice (Admin)' },
    {
      entry: { action: 'associationWritten', by: 'reconcile', step: 'create', drift: ['missing'] },
      says: 'made',
    },
    {
      entry: {
        action: 'associationWritten',
        by: 'reconcile',
        step: 'create',
        drift: ['missing'],
        cause: CAUSE,
      },
      says: 'made again; changed by alice (Admin), 1 min before',
    },
    {
      entry: { action: 'associationWritten', by: 'reconcile', step: 'update', drift: ['roleDrift'] },
      says: 'changed in place (roleDrift)',
    },
    {
      entry: { action: 'associationWritten', by: 'reconcile', step: 'adopt', drift: ['tagDrift'] },
      says: 'adopted',
    },
    {
      entry: { action: 'associationWritten', by: 'reconcile', step: 'adopt', drift: ['roleDrift'] },
      says: 'taken over (roleDrift)',
    },
    {
      entry: {
        action: 'findingOpened',
        by: 'reconcile',
        detail:
          'trustPolicyInvalid: the trust policy of arn:aws:iam::111122223333:role/web-api does not do: add {"Effect":"Allow","Principal":{}}',
      },
      says: 'found: trustPolicyInvalid (critical): the trust policy of web-api does not do: add {…}',
    },
  ] as const)('says it as a person would: $says', async ({ entry, says }) => {
    await cli.put({ audit: [{ by: ALICE, ...entry, at: NOON, clusterArn: ARN, key: KEY }] });
    const { stdout } = await cli.run('events --since 5s');
    expect(stdout).toBe(`2026-11-20T12:00:00Z  prod-1            payments/api                  ${says}\n`);
  });

  it.each([
    { words: '--since 1m', lines: 2 },
    { words: '--since 40s', lines: 1 },
    { words: '--cluster prod-1', lines: 2 },
    { words: '--since 2026-11-20T11:00:00Z', lines: 3 },
    { words: '--limit 1', lines: 1 },
  ])('tells $lines of them: $words', async ({ words, lines }) => {
    expect((await cli.run(`events ${words}`)).stdout.split('\n').length - 1).toBe(lines);
  });

  it('tells the newest 50, and how many there are before', async () => {
    const about = { action: 'associationWritten', by: 'reconcile', clusterArn: ARN, key: KEY } as const;
    await cli.put({ audit: Array.from({ length: 60 }, (_, index) => ({ ...about, at: NOON - 60 + index })) });
    const { stdout, stderr } = await cli.run('events');
    expect(stdout.split('\n').length - 1).toBe(50);
    expect(stderr).toBe('13 more before these 50: --since 1d, or --limit, shows them.\n');
  });

  it.each([60, 80, 100, 140])(
    'writes no line that is longer than a terminal of %s columns',
    async (columns) => {
      const { stdout } = await cli.run('events', { isTTY: true, columns });
      expect(stdout.split('\n').filter((line) => line.length > columns || line.endsWith(' '))).toEqual([]);
      expect(stdout).toContain('found: roleDrift');
    },
  );

  it.each([
    { words: '', told: ['brakeReleased'] },
    { words: ' --since 40s', told: ['findingOpened', 'brakeReleased'] },
  ])(
    'follows from now on or since a time:$words; each thing once, until it is stopped',
    async ({ words, told }) => {
      const stop = new AbortController();
      const running = cli.run(`events --follow${words} -o json`, { signal: stop.signal });
      await cli.clock.advance(2_999);
      await cli.put({ audit: [{ action: 'brakeReleased', at: NOON + 1_000, by: ALICE, why: 'looked' }] });
      await cli.clock.advance(4_000);
      stop.abort();
      const { exitCode, stdout } = await running;
      expect(exitCode).toBe(0);
      const events = stdout
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as { action: string });
      expect(events.map(({ action }) => action)).toEqual(told);
    },
  );
});
