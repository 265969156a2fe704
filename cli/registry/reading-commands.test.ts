import { beforeEach, describe, expect, it } from 'vitest';
import { ALICE, CliRegistry } from '#test/builders/a-cli-registry.ts';
import { aClusterItem, aFinding, anAssociationItem } from '#test/builders/registry-items.ts';
import { NOON } from '#test/fakes/manual-clock.ts';

const ARN = 'arn:aws:eks:eu-west-1:111122223333:cluster/prod-1';
const MINUTE = 60_000;
const KEY = { namespace: 'payments', serviceAccount: 'api' };
const CAUSE = { principal: ALICE, eventId: 'e-1', at: NOON - MINUTE };

let cli: CliRegistry;
beforeEach(async () => {
  cli = new CliRegistry();
  const open = { firstSeenAt: NOON - 30_000 };
  await cli.put({
    put: [aClusterItem(), anAssociationItem({ findings: { roleDrift: open } })],
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
    { words: 'finding prod-1/roleDrift/payments/api', says: `    principal: ${ALICE}` },
  ])('tells all of $words, with its history', async ({ words, says }) => {
    const { exitCode, stdout } = await cli.run(`describe ${words}`);
    expect(exitCode).toBe(0);
    expect(stdout).toContain(says);
    expect(stdout).toContain(REPAIRED);
  });

  it('says when there is none', async () => {
    const { exitCode, stderr } = await cli.run('describe finding prod-1/missing/payments/api');
    expect(exitCode).toBe(1);
    expect(stderr).toContain('there is no finding missing/payments/api on prod-1');
  });
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
