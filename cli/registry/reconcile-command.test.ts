import { beforeEach, describe, expect, it } from 'vitest';
import { freeze } from '#shared/app/registry/freeze.ts';
import { ALICE, CliRegistry } from '#test/builders/a-cli-registry.ts';
import { aClusterItem } from '#test/builders/registry-items.ts';
import { NOON } from '#test/fakes/manual-clock.ts';

let cli: CliRegistry;
beforeEach(async () => {
  cli = new CliRegistry();
  await cli.put({
    put: [
      aClusterItem({ name: 'lab-1', mode: 'observe', labels: { env: 'lab' } }),
      aClusterItem({ name: 'prod-1', mode: 'enforce', labels: { env: 'prod' } }),
      aClusterItem({ name: 'play-1', mode: 'ignore', labels: { env: 'lab' } }),
      aClusterItem({ name: 'old-1' }, { enrolment: { state: 'retired', at: NOON, by: 'enrol-cluster' } }),
    ],
  });
});

const askedFor = () =>
  cli.registry.told.flatMap((entry) => (entry.type === 'ReconcileRequested' ? [entry.cluster.name] : []));

describe('rolecall reconcile', () => {
  it('has the hub look at a cluster, and writes down who wanted that and why', async () => {
    const { exitCode, stdout, stderr } = await cli.run('reconcile prod-1 --reason OPS-7');
    expect(stdout).toBe(`The hub looks at 1 cluster now.
  Asked by alice (Admin): OPS-7
  What comes of it: rolecall events --follow
`);
    expect(stderr).toBe('');
    expect(exitCode).toBe(0);
    expect(cli.registry.told).toMatchObject([
      { type: 'ReconcileRequested', keys: 'all', verify: 'full', why: 'asked' },
    ]);
    const clusterArn = 'arn:aws:eks:eu-west-1:111122223333:cluster/prod-1';
    expect((await cli.registry.auditOfCluster(clusterArn)).items).toMatchObject([
      { action: 'reconcileRequested', by: ALICE, why: 'OPS-7' },
    ]);
  });

  it('takes all that are enrolled, and says which are left out', async () => {
    const { stdout, stderr } = await cli.run('reconcile --all --reason OPS-7');
    expect(askedFor()).toEqual(['lab-1', 'prod-1']);
    expect(stdout).toContain('The hub looks at 2 clusters now.');
    expect(stderr).toBe('play-1 is left out: its mode is ignore\n');
  });

  it('takes those with labels', async () => {
    await cli.run('reconcile -l env=prod --reason OPS-7');
    expect(askedFor()).toEqual(['prod-1']);
  });

  it('says that nothing is written while writes are frozen', async () => {
    const { registry, clock } = cli;
    await freeze({ registry, clock, newId: () => 'freeze' }, { by: 'alice', why: 'INC-1' });
    const { stdout } = await cli.run('reconcile prod-1 --reason OPS-7');
    expect(stdout).toContain('Writes are FROZEN: nothing is written until rolecall unfreeze.');
  });

  it.each([
    { words: 'reconcile --reason x', problem: 'of which clusters?' },
    { words: 'reconcile prod-1 --all --reason x', problem: 'names, -l and --all contradict each other' },
    { words: 'reconcile old-1 --reason x', problem: 'old-1 is retired: there is no such cluster any more' },
    { words: 'reconcile prod-1', problem: "required option '--reason <text>' not specified" },
  ])('refuses: $words', async ({ words, problem }) => {
    const { exitCode, stderr } = await cli.run(words);
    expect(exitCode).toBe(1);
    expect(stderr).toContain(problem);
    expect(askedFor()).toEqual([]);
  });

  it('fails when none of them is looked at', async () => {
    const { exitCode, stdout } = await cli.run('reconcile play-1 --reason x');
    expect(stdout).toContain('The hub looks at 0 clusters now.');
    expect(exitCode).toBe(1);
  });
});
