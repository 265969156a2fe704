import { describe, expect, it } from 'vitest';
import type { DescribedCluster } from '#shared/ports/clusters.ts';
import { aCluster } from '#test/builders/a-cluster.ts';
import { FakeRegistry } from '#test/fakes/fake-registry.ts';
import { namesOf } from './names.ts';
import type { VerifyOptions } from './options.ts';
import { loadAndEnrol } from './prepare-registry.ts';

const OPTIONS: VerifyOptions = {
  stage: 'verify',
  cluster: 'lab-7',
  account: '111122223333',
  region: 'eu-west-1',
  dryRun: false,
  yes: true,
};
const NAMES = namesOf(OPTIONS);

function world() {
  const { clusterSet: _, labels: __, mode: ___, ...facts } = aCluster({ name: 'lab-7' });
  let ids = 0;
  const registry = new FakeRegistry();
  const deps = {
    registry,
    clock: { now: () => 1_795_176_000_000, sleep: async () => undefined },
    newId: () => `id-${ids++}`,
    clusters: {
      describe: async (): Promise<DescribedCluster | undefined> => ({ ...facts, tags: {} }),
    },
  };
  return { registry, deps, facts };
}

describe('what the registry is prepared with', () => {
  it('is one mapping, released to the cluster in enforce, and on its way to the reconcile queue', async () => {
    const { registry, deps, facts } = world();
    await loadAndEnrol(deps, OPTIONS, NAMES);
    const [cluster] = await registry.get([{ type: 'cluster', clusterArn: facts.arn }]);
    expect(cluster?.cluster.mode).toBe('enforce');
    const [association] = await registry.get([
      {
        type: 'association',
        clusterArn: facts.arn,
        clusterCreatedAt: facts.createdAt,
        namespace: 'rolecall-verify',
        serviceAccount: 'smoke',
      },
    ]);
    expect(association?.desired).toMatchObject({ kind: 'fields', fields: { roleArn: NAMES.rightRole } });
    const asked = registry.told.filter(({ type }) => type === 'ReconcileRequested');
    const keys = [{ namespace: 'rolecall-verify', serviceAccount: 'smoke' }];
    expect(asked).toContainEqual(expect.objectContaining({ keys }));
  });

  it('may be prepared twice', async () => {
    const { deps } = world();
    await loadAndEnrol(deps, OPTIONS, NAMES);
    await expect(loadAndEnrol(deps, OPTIONS, NAMES)).resolves.toBeUndefined();
  });

  it('is nothing when there is no such cluster', async () => {
    const { deps } = world();
    const clusters = { describe: async () => undefined };
    await expect(loadAndEnrol({ ...deps, clusters }, OPTIONS, NAMES)).rejects.toThrow(
      'there is no cluster lab-7',
    );
  });
});
