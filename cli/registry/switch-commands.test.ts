import { beforeEach, describe, expect, it, vi } from 'vitest';
import { readFreeze } from '#shared/app/registry/freeze.ts';
import { firstRevision } from '#shared/domain/registry/mapping-item.ts';
import { ALICE, CliRegistry } from '#test/builders/a-cli-registry.ts';
import { aMapping } from '#test/builders/a-mapping.ts';
import { aClusterItem } from '#test/builders/registry-items.ts';
import { NOON } from '#test/fakes/manual-clock.ts';

const ARN = 'arn:aws:eks:eu-west-1:111122223333:cluster/prod-1';

let cli: CliRegistry;
beforeEach(() => {
  cli = new CliRegistry();
});

describe('rolecall freeze and unfreeze', () => {
  it('freezes in the name of whoever STS says it is, and says what that means', async () => {
    const { exitCode, stdout } = await cli.run(['freeze', '--reason', 'INC-1']);
    expect(stdout).toBe(`ALL WRITES ARE FROZEN (installation production, eu-west-1)
  Rolecall changes nothing on any cluster until somebody runs rolecall unfreeze: drift is seen, told and NOT put right. Writes that had begun are finished.
  Frozen by alice (Admin): INC-1
`);
    expect(exitCode).toBe(0);
    expect(await readFreeze(cli)).toMatchObject({ frozen: true, by: ALICE, reason: 'INC-1' });
    expect((await cli.run('freeze --reason again')).stdout).toBe(
      `Writes are FROZEN already (installation production, eu-west-1), since 2026-11-20T12:00:00Z by alice (Admin): INC-1\n`,
    );
  });

  it('unfreezes, and says who had frozen', async () => {
    await cli.run('freeze --reason INC-1');
    const { stdout } = await cli.run('unfreeze --reason over');
    expect(stdout).toContain('Writes go on (installation production, eu-west-1)\n');
    expect(stdout).toContain(`It had been frozen since 2026-11-20T12:00:00Z by alice (Admin): INC-1\n`);
    expect(await readFreeze(cli)).toMatchObject({ frozen: false });
  });

  it.each([['freeze'], ['freeze', '--reason', ' ']])('wants a reason: %s %s', async (...words) => {
    const { exitCode, stderr } = await cli.run(words);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('--reason');
    expect(await readFreeze(cli)).toBeUndefined();
  });
});

describe('rolecall brake', () => {
  beforeEach(async () => {
    const findings = { brakeEngaged: { firstSeenAt: NOON } };
    await cli.put({
      put: [aClusterItem({}, { associations: 80, findings })],
      brake: { clusterArn: ARN, from: NOON, totalBelow: 50 },
    });
  });

  it('shows what is used and held', async () => {
    const { exitCode, stdout } = await cli.run('brake status');
    expect(exitCode).toBe(2);
    expect(stdout).toBe(`SCOPE   USED IN 24H  ALLOWED  BRAKE  LAST RELEASED
fleet   1            50       off    -
prod-1  1            8        holds  -

Exit 2: deletes or overwrites are held. See why, then: rolecall brake release --reason TEXT --cluster NAME
`);
  });

  it('lets a cluster go on', async () => {
    const { exitCode, stdout } = await cli.run('brake release --cluster prod-1 --reason looked');
    expect(exitCode).toBe(0);
    expect(stdout).toContain('What was held there is reconciled again now.\n');
    expect(stdout).toContain(`Released by alice (Admin): looked`);
    expect((await cli.registry.readBrake(ARN, NOON)).cluster).toBe(0);
    expect((await cli.run('brake status')).exitCode).toBe(0);
  });

  it.each([
    { words: 'brake release --cluster prod-1', says: 'add --reason' },
    { words: 'brake release --reason x', says: 'give --cluster NAME, or --fleet' },
    { words: 'brake status --fleet --cluster prod-1', says: 'contradict' },
  ])('refuses $words', async ({ words, says }) => {
    const { exitCode, stderr } = await cli.run(words);
    expect(exitCode).toBe(1);
    expect(stderr).toContain(says);
  });
});

const MANIFEST = `apiVersion: rolecall.dev/v1
kind: Mapping
metadata: { namespace: payments, serviceAccount: api }
spec: { team: payments, targets: [{ clusters: all, roleArn: "arn:aws:iam::{account}:role/api" }] }
`;

describe('rolecall registry load', () => {
  const load = (words: string) => cli.run(`registry load -f - ${words}`.trim(), { stdin: MANIFEST });

  it('shows, loads, releases to enrolled clusters, and does nothing the second time', async () => {
    await cli.put({ put: [aClusterItem()] });
    expect(await load('--yes')).toEqual({
      exitCode: 0,
      asked: [],
      stderr: '',
      stdout: `  + default/payments/api  team payments, enforce, 1 target
1 mapping to load as revision 1, 0 mappings there already (installation production, eu-west-1)
Loaded; released to 1 enrolled cluster.
`,
    });
    expect((await cli.run('get associations -o name')).stdout).toBe('prod-1/payments/api\n');
    const writes = cli.registry.writes;
    expect((await load('')).stdout).toContain('0 mappings to load as revision 1, 1 mapping there already');
    expect(cli.registry.writes).toBe(writes);
  });

  it('refuses what is there and says something else, and writes nothing', async () => {
    const { item, revision } = firstRevision(aMapping(), { by: ALICE, why: 'first', at: NOON });
    await cli.put({ put: [item], revisions: [revision] });
    const writes = cli.registry.writes;
    const { exitCode, stdout, stderr } = await load('--yes');
    expect({ exitCode, stdout, writes: cli.registry.writes }).toEqual({ exitCode: 1, stdout: '', writes });
    expect(stderr.split('\n').slice(0, 3)).toEqual([
      'default/payments/api  <stdin>:1',
      '  spec.targets[0].roleArn: the registry says arn:{partition}:iam::{account}:role/payments-api, the file says arn:aws:iam::{account}:role/api',
      'error: 1 mapping of the manifests is in the registry already and says something else: nothing was loaded',
    ]);
    expect(stderr).toContain('Make the files say what the registry says, or leave these mappings out of -f');
  });

  it('says how far it is when it takes long', async () => {
    await cli.put({ put: [aClusterItem(), aClusterItem({ name: 'prod-2', arn: `${ARN}-b` })] });
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    try {
      const commit = cli.registry.commit.bind(cli.registry);
      vi.spyOn(cli.registry, 'commit').mockImplementation(async (wanted) => {
        vi.advanceTimersByTime(10_000);
        return await commit(wanted);
      });
      const { stderr } = await load('--yes');
      expect([...new Set(stderr.trimEnd().split('\n'))]).toEqual([
        'loaded 0 of 1 mapping',
        'released to 0 of 2 clusters',
        'released to 1 of 2 clusters',
      ]);
    } finally {
      vi.useRealTimers();
    }
  });

  it('writes nothing without a yes', async () => {
    const { exitCode, stderr } = await load('');
    expect({ exitCode, writes: cli.registry.writes }).toEqual({ exitCode: 1, writes: 0 });
    expect(stderr).toContain('add --yes');
  });
});
