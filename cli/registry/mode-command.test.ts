import { beforeEach, describe, expect, it } from 'vitest';
import { freeze } from '#shared/app/registry/freeze.ts';
import type { Mode } from '#shared/domain/mode.ts';
import { ALICE, CliRegistry } from '#test/builders/a-cli-registry.ts';
import { aClusterItem, aDesired, anAssociationItem } from '#test/builders/registry-items.ts';
import { NOON } from '#test/fakes/manual-clock.ts';

const LAB = 'arn:aws:eks:eu-west-1:111122223333:cluster/lab-1';
const LAB_CREATED_AT = aClusterItem().cluster.createdAt;

let cli: CliRegistry;
beforeEach(async () => {
  cli = new CliRegistry();
  await cli.put({
    put: [
      aClusterItem({ name: 'lab-1', mode: 'observe', labels: { env: 'lab' } }, { associations: 80 }),
      aClusterItem({ name: 'prod-1', mode: 'enforce', labels: { env: 'prod' } }),
      aClusterItem(
        { name: 'old-1', mode: 'observe', labels: { env: 'lab' } },
        { enrolment: { state: 'retired', at: NOON, by: 'enrol-cluster' } },
      ),
    ],
  });
});

const modeOf = async (clusterArn = LAB): Promise<Mode | undefined> =>
  (await cli.registry.get([{ type: 'cluster', clusterArn }]))[0]?.cluster.mode;

/** What the last look at `lab-1` found. */
async function whatWasSeen(): Promise<void> {
  const role = (name: string) => `arn:aws:iam::111122223333:role/${name}`;
  const at = (serviceAccount: string, given: Parameters<typeof anAssociationItem>[0]) =>
    anAssociationItem({ clusterArn: LAB, clusterCreatedAt: LAB_CREATED_AT, serviceAccount, ...given });
  const since = { firstSeenAt: NOON };
  const seen = { roleArn: role('other'), disableSessionTags: false };
  const ours = { associationId: 'a-1', origin: 'created' as const };
  const theirs = { associationId: 'a-2', origin: 'seen' as const };
  const { desired: _, ...nobodys } = at('nobodys', { record: { ...theirs, finding: 'unmanaged' } });
  await cli.put({
    put: [
      at('absent', { findings: { missing: since } }),
      at('broken', { findings: { missing: since, roleMissing: since } }),
      at('drifted', { record: { ...ours, observed: seen }, findings: { roleDrift: since } }),
      at('equal', { record: { ...theirs, observed: aDesired().fields } }),
      at('taken', {
        desired: aDesired({ takeover: true }),
        record: { ...theirs, observed: seen },
        findings: { roleDrift: since },
      }),
      at('tomb', {
        desired: { kind: 'absent', clusterSet: 'default', revision: 2, releasedAt: NOON, mode: 'enforce' },
        record: ours,
        findings: { notDeleted: since },
      }),
      at('terraform', {
        record: { ...theirs, finding: 'foreign', owner: 'terraform' },
        findings: { foreign: since },
      }),
      at('watched', { desired: aDesired({ mode: 'observe' }), findings: { missing: since } }),
      at('right', { record: { ...ours, observedRevision: '1' } }),
      at('new', {}),
      nobodys,
    ],
  });
}

describe('rolecall mode enforce', () => {
  it('shows what would be written and what is left alone, asks, and changes the mode', async () => {
    await whatWasSeen();
    const { exitCode, stdout, asked } = await cli.run('mode enforce lab-1 --reason OPS-7', {
      isTTY: true,
      answers: ['y'],
    });
    expect(stdout).toBe(`lab-1  111122223333 eu-west-1, observe now
  + 2 to create   ~ 1 to change in place   ~ 1 to take over   = 1 to adopt   - 1 to delete   ! 3 left alone   ? 1 not looked at yet   1 as wished
  +  payments/absent     role payments-api
  +  payments/broken     role payments-api; roleMissing: EKS may refuse it
  ~  payments/drifted    role other → payments-api
  ~  payments/taken      role other → payments-api
  =  payments/equal      already as wished: it becomes ours
  -  payments/tomb       notDeleted
  !  payments/terraform  managed by terraform
  !  payments/watched    the mapping says observe
  ?  payments/new        released, and nobody has looked
  The brake lets 8 deletes and overwrites pass here in 24 hours, unless the stage says otherwise.

This is what the last look saw. The next one, right after the change, decides from what is there
then.
What is not ours stays as it is. A brake holds deletes and overwrites past its cap, over the fleet
50 in 24 hours unless the stage says otherwise.
lab-1: observe ► enforce. It is looked at now, and what is ours is put right.
  Changed by alice (Admin): OPS-7
`);
    expect(asked).toEqual(['Let Rolecall write to 1 cluster? [y/N] ']);
    expect(exitCode).toBe(0);
    expect(await modeOf()).toBe('enforce');
  });

  it('writes down who, why and from what, tells the bus, and has the whole cluster looked at', async () => {
    await cli.run('mode enforce lab-1 --yes --reason OPS-7');
    expect((await cli.registry.auditOfCluster(LAB)).items).toMatchObject([
      { action: 'clusterModeChanged', by: ALICE, why: 'OPS-7', detail: 'observe ► enforce' },
    ]);
    const cluster = {
      partition: 'aws',
      account: '111122223333',
      region: 'eu-west-1',
      name: 'lab-1',
      createdAt: LAB_CREATED_AT,
    };
    expect(cli.registry.told).toEqual([
      { type: 'ClusterModeChanged', cluster, from: 'observe', to: 'enforce', by: ALICE, reason: 'OPS-7' },
      { type: 'ReconcileRequested', cluster, keys: 'all', why: 'clusterModeChanged' },
    ]);
  });

  it.each([
    { when: 'the person says no', options: { isTTY: true, answers: ['n'] }, says: 'Nothing was changed.' },
    { when: 'there is nobody to ask', options: {}, says: 'add --yes' },
  ])('changes nothing when $when', async ({ options, says }) => {
    const { exitCode, stderr } = await cli.run('mode enforce lab-1 --reason OPS-7', options);
    expect(stderr).toContain(says);
    expect(exitCode).toBe(1);
    expect(await modeOf()).toBe('observe');
  });

  it('says what it does not know', async () => {
    const unread = { clusterUnread: { firstSeenAt: NOON } };
    const state = { state: 'enrolling', at: NOON, by: 'enrol-cluster' } as const;
    await cli.put({
      put: [
        aClusterItem({ name: 'dark', mode: 'observe' }, { findings: unread, associations: 3 }),
        aClusterItem({ name: 'young', mode: 'observe' }, { enrolment: state }),
      ],
    });
    const { stdout } = await cli.run('mode enforce dark young --yes --reason x');
    expect(stdout).toContain('nothing is known of it yet\n  ? the last look could not read all of it\n');
    expect(stdout).toContain(
      '  ? it is still being enrolled: more may come\n  ? nobody has looked at all of it yet\n',
    );
  });

  it('says that writes are frozen', async () => {
    await freeze({ registry: cli.registry, clock: cli.clock, newId: () => 'f' }, { by: 'bob', why: 'INC-1' });
    const { stdout } = await cli.run('mode enforce lab-1 --yes --reason x');
    expect(stdout).toContain('Writes are FROZEN by bob (INC-1): nothing is written until rolecall unfreeze.');
  });

  it('does not go over what somebody else decided while the person thought', async () => {
    cli.registry.interleave(async () => {
      const [item] = await cli.registry.get([{ type: 'cluster', clusterArn: LAB }]);
      if (item) await cli.put({ put: [{ ...item, cluster: { ...item.cluster, mode: 'ignore' } }] });
    });
    const { exitCode, stderr } = await cli.run('mode enforce lab-1 --yes --reason x');
    expect(stderr).toContain('error: lab-1 was changed by somebody else meanwhile');
    expect(exitCode).toBe(1);
    expect(await modeOf()).toBe('ignore');
  });
});

describe('rolecall mode, without a question', () => {
  it.each([
    {
      words: 'observe prod-1',
      says: 'prod-1: enforce ► observe. From the next look on nothing is written; a write that had begun is finished.',
      told: ['ClusterModeChanged'],
    },
    {
      words: 'ignore lab-1',
      says: 'lab-1: observe ► ignore. From the next look on nothing is looked at or written',
      told: ['ClusterModeChanged'],
    },
    { words: 'observe lab-1', says: 'lab-1: observe already\n', told: [] },
    { words: 'enforce -l env=prod', says: 'prod-1: enforce already\n', told: [] },
  ])('$words', async ({ words, says, told }) => {
    const { exitCode, stdout, asked } = await cli.run(`mode ${words} --reason x`);
    expect(stdout).toContain(says);
    expect({ exitCode, asked }).toEqual({ exitCode: 0, asked: [] });
    expect(cli.registry.told.map(({ type }) => type)).toEqual(told);
  });

  it('looks again at what was ignored', async () => {
    await cli.run('mode ignore lab-1 --reason x');
    const { stdout, asked } = await cli.run('mode observe lab-1 --reason y');
    expect(stdout).toContain('lab-1: ignore ► observe. It is looked at now; nothing is written.');
    expect(asked).toEqual([]);
    expect(cli.registry.told.at(-1)).toMatchObject({ type: 'ReconcileRequested', keys: 'all' });
  });
});

describe('rolecall mode, of several', () => {
  it.each([
    { words: '--all', changed: ['lab-1', 'prod-1'] },
    { words: '-l env=lab', changed: ['lab-1'] },
    { words: 'lab-1 prod-1 lab-1', changed: ['lab-1', 'prod-1'] },
  ])('takes $words, and never what is retired', async ({ words, changed }) => {
    const { stdout } = await cli.run(`mode ignore ${words} --reason x`);
    expect(stdout.match(/^[\w-]+(?=: \w+ ►)/gm)).toEqual(changed);
  });

  it.each([
    { words: 'observe --reason x', says: 'of which clusters?' },
    { words: 'observe lab-1 --all --reason x', says: 'names, -l and --all contradict each other' },
    { words: 'observe lab-1', says: '--reason' },
    { words: 'observe old-1 --reason x', says: 'old-1 is retired' },
    { words: 'observe lab1 --reason x', says: 'did you mean lab-1?' },
    { words: 'observe -l env=none --reason x', says: 'no enrolled cluster is meant by that' },
    { words: 'strict lab-1 --reason x', says: 'Allowed choices are enforce, observe, ignore' },
    { words: 'ignore lab-1 lab2 --reason x', says: 'knows no cluster lab2' },
  ])('refuses $words, and writes nothing', async ({ words, says }) => {
    const writes = cli.registry.writes;
    const { exitCode, stderr } = await cli.run(`mode ${words}`);
    expect(stderr).toContain(says);
    expect({ exitCode, writes: cli.registry.writes }).toEqual({ exitCode: 1, writes });
  });
});
