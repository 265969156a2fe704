import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  CreatePodIdentityAssociationCommand,
  EKSClient,
  ListClustersCommand,
  paginateListPodIdentityAssociations,
  TagResourceCommand,
  UpdatePodIdentityAssociationCommand,
} from '@aws-sdk/client-eks';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { manualClock } from '#sandbox/clock.ts';
import { type Sandbox, startSandbox } from '#sandbox/start-sandbox.ts';
import type { Decision } from '#shared/domain/decision.ts';
import { parseManifests } from '#shared/domain/manifest/parse-manifests.ts';
import { stepOf } from '#shared/domain/plan.ts';
import { decisionsFor } from '#test/builders/plan-world.ts';
import { NOON } from '#test/builders/sandbox-call.ts';
import { applySeed } from './apply-seed.ts';
import { DEMO_CLUSTERS, type DemoCluster } from './demo-clusters.ts';
import { EXPECTED_COUNTS } from './demo-expected.ts';
import { DEMO_OWNER, demoFleet } from './demo-fleet.ts';

const folder = fileURLToPath(new URL('../../examples/fleet/', import.meta.url));
const { mappings } = parseManifests(
  readdirSync(folder).map((name) => ({ path: name, text: readFileSync(folder + name, 'utf8') })),
);

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({
    port: 0,
    clock: manualClock(NOON),
    // Repairs must go through although EKS lags behind IAM.
    switches: { iamPropagationMs: 10_000 },
    populate: (world) => applySeed(world, demoFleet()),
  });
});
afterAll(() => sandbox.stop());

const clientFor = ({ account, region }: Pick<DemoCluster, 'account' | 'region'>) =>
  new EKSClient({
    endpoint: sandbox.url,
    region,
    credentials: { accessKeyId: account, secretAccessKey: 'any' },
  });

/** Carries a step out as plainly as can be; the product's own way has tests of its own. */
async function carryOut(cluster: DemoCluster, decision: Decision): Promise<void> {
  const client = clientFor(cluster);
  const step = stepOf(decision.verdict);
  const clusterName = cluster.name;
  if (step?.kind === 'create') {
    const { namespace, serviceAccount } = decision;
    await client.send(
      new CreatePodIdentityAssociationCommand({ clusterName, namespace, serviceAccount, ...step.fields }),
    );
  } else if (step?.kind === 'update' || step?.kind === 'adopt') {
    const { associationId, associationArn } = step.observed;
    if (Object.keys(step.changes).length > 0) {
      await client.send(
        new UpdatePodIdentityAssociationCommand({ clusterName, associationId, ...step.changes }),
      );
    }
    if (Object.keys(step.tagChanges.set).length > 0) {
      await client.send(new TagResourceCommand({ resourceArn: associationArn, tags: step.tagChanges.set }));
    }
  }
}

describe('the demo fleet over the wire', () => {
  it('shows its clusters and associations to the real SDK', async () => {
    const names: string[] = [];
    for (const account of new Set(DEMO_CLUSTERS.map((cluster) => cluster.account))) {
      for (const region of ['eu-west-1', 'us-east-1']) {
        const { clusters = [] } = await clientFor({ account, region }).send(new ListClustersCommand({}));
        names.push(...clusters);
      }
    }
    expect(names.sort()).toEqual(DEMO_CLUSTERS.map(({ name }) => name).sort());
    let associations = 0;
    for (const cluster of DEMO_CLUSTERS) {
      const pages = paginateListPodIdentityAssociations(
        { client: clientFor(cluster) },
        { clusterName: cluster.name },
      );
      for await (const page of pages) associations += page.associations?.length ?? 0;
    }
    expect(associations).toBe(EXPECTED_COUNTS.associations);
  });

  it('can be repaired: EKS takes every step, and what is left is not ours or waits for a prune', async () => {
    for (const cluster of DEMO_CLUSTERS) {
      for (const decision of decisionsFor(sandbox.world, cluster, mappings, DEMO_OWNER)) {
        await carryOut(cluster, decision);
      }
    }
    const left: Record<string, number> = {};
    for (const cluster of DEMO_CLUSTERS) {
      for (const { verdict } of decisionsFor(sandbox.world, cluster, mappings, DEMO_OWNER)) {
        const kind =
          verdict.kind === 'report'
            ? verdict.finding
            : verdict.kind === 'hold'
              ? verdict.reason
              : verdict.kind;
        left[kind] = (left[kind] ?? 0) + 1;
      }
    }
    expect(left).toEqual(EXPECTED_COUNTS.afterRepair);
  });
});
