import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { manualClock } from '#sandbox/clock.ts';
import { createWorld } from '#sandbox/create-world.ts';
import type { World } from '#sandbox/world.ts';
import type { Decision } from '#shared/domain/decision.ts';
import { parseManifests } from '#shared/domain/manifest/parse-manifests.ts';
import { decisionsFor } from '#test/builders/plan-world.ts';
import { NOON } from '#test/builders/sandbox-call.ts';
import { fleetManifests } from './fleet-manifests.ts';
import { fleetName, fleetNumber, fleetRoleName, fleetRoleNumber } from './fleet-names.ts';
import { type Fleet, generateFleet } from './generate-fleet.ts';
import { generatedAssociations } from './generated-associations.ts';
import { plantedCounts } from './planted-drift.ts';
import { scramble, unscramble } from './scramble.ts';
import type { FleetSizeInput } from './seed-schema.ts';

function worldOf(fleet: Fleet): World {
  return createWorld({ clock: manualClock(NOON), populate: (world) => fleet.populate(world) });
}

function mappingsOf(fleet: Fleet) {
  const parsed = parseManifests(fleetManifests(fleet).map(({ file, text }) => ({ path: file, text })));
  expect(parsed.problems).toEqual([]);
  return parsed.mappings;
}

function countDecisions(fleet: Fleet): Record<string, number> {
  const world = worldOf(fleet);
  const mappings = mappingsOf(fleet);
  const counts: Record<string, number> = {};
  for (const cluster of fleet.clusters) {
    for (const decision of decisionsFor(world, cluster, mappings, fleet.plan.managedBy)) {
      const kind = kindOf(decision);
      counts[kind] = (counts[kind] ?? 0) + 1;
    }
  }
  return counts;
}

function kindOf({ verdict, drift }: Decision): string {
  return [verdict.kind === 'report' ? verdict.finding : verdict.kind, ...drift].join(' ');
}

describe('a generated fleet', () => {
  it('without drift is just what its manifests say', () => {
    const fleet = generateFleet({ clusters: 5, associationsPerCluster: 60, accounts: 2, regions: 2 });
    expect(countDecisions(fleet)).toEqual({ converged: 300 });
    expect(fleet.associations).toBe(300);
  });

  it('has as much drift of each kind as it says', () => {
    const fleet = generateFleet({ clusters: 4, associationsPerCluster: 200, driftRate: 0.2 });
    // Of 200, 40 differ: 14 roles, 6 tags, 4 session tags, 2 foreign, 10 missing, and 4 extra ones on top.
    expect(fleet.planted).toEqual({
      roleChanged: 56,
      tagChanged: 24,
      sessionTagsChanged: 16,
      foreign: 8,
      missing: 40,
      extra: 16,
    });
    expect(countDecisions(fleet)).toEqual({
      converged: 4 * (200 - 36),
      'update roleDrift': 56,
      'update tagDrift': 24,
      'update sessionTagsDrift': 16,
      foreign: 8,
      'create missing': 40,
      unmanaged: 16,
    });
    expect(fleet.associations).toBe(4 * (200 - 10 + 4));
  });

  it('drifts at other service accounts in each cluster', () => {
    const fleet = generateFleet({ clusters: 2, associationsPerCluster: 100, driftRate: 0.1 });
    const world = worldOf(fleet);
    const mappings = mappingsOf(fleet);
    const drifted = fleet.clusters.map((cluster) =>
      decisionsFor(world, cluster, mappings, 'demo')
        .filter(({ drift }) => drift.length > 0)
        .map(({ namespace, serviceAccount }) => `${namespace}/${serviceAccount}`)
        .sort(),
    );
    expect(drifted[0]).not.toEqual(drifted[1]);
  });

  it('is the same for the same numbers and another for another seed', () => {
    const idOf = (seed: number) => {
      const fleet = generateFleet({ clusters: 1, associationsPerCluster: 10, seed });
      const [cluster] = fleet.clusters;
      return cluster && generatedAssociations(cluster, fleet.plan).at(3).associationId;
    };
    expect(idOf(1)).toBe(idOf(1));
    expect(idOf(1)).not.toBe(idOf(2));
    expect(idOf(1)).toMatch(/^a-[a-z0-9]{17}$/);
  });

  it('deals clusters to accounts and regions', () => {
    const { clusters } = generateFleet({
      clusters: 6,
      associationsPerCluster: 0,
      accounts: 2,
      regions: ['eu-west-1', 'us-east-1'],
    });
    expect(clusters.map(({ account, region }) => `${account} ${region}`)).toEqual([
      '111122223333 eu-west-1',
      '200000000001 eu-west-1',
      '111122223333 us-east-1',
      '200000000001 us-east-1',
      '111122223333 eu-west-1',
      '200000000001 eu-west-1',
    ]);
    expect(new Set(clusters.map(({ name }) => name)).size).toBe(6);
  });

  it('of a million associations can be asked for any of them', () => {
    const fleet = generateFleet({
      clusters: 200,
      associationsPerCluster: 5000,
      accounts: 20,
      regions: 4,
      driftRate: 0.01,
    });
    const world = worldOf(fleet);
    const summary = createSummary(world, fleet);
    expect(summary).toBe(fleet.associations);
    const last = fleet.clusters.at(-1);
    if (!last) throw new Error('there is no cluster');
    const store = world.eks(last.account, last.region).cluster(last.name)?.associations;
    const name = fleetName(4321);
    const found = store?.byKey(name.namespace, name.serviceAccount, NOON);
    expect(found && store?.byId(found.associationId, NOON)).toEqual(found);
    expect(world.iam(last.account).role(fleetRoleName(4321))?.arn).toBe(
      `arn:aws:iam::${last.account}:role/${fleetRoleName(4321)}`,
    );
  });

  it('has every role that its associations name', () => {
    const fleet = generateFleet({ clusters: 3, associationsPerCluster: 45, accounts: 2, driftRate: 0.5 });
    const world = worldOf(fleet);
    const missing = fleet.clusters.flatMap((cluster) => {
      const source = generatedAssociations(cluster, fleet.plan);
      return Array.from({ length: source.count }, (_, index) => source.at(index))
        .flatMap(({ roleArn, targetRoleArn }) =>
          targetRoleArn === undefined ? [roleArn] : [roleArn, targetRoleArn],
        )
        .filter((arn) => world.iam(arn.split(':')[4] ?? '').role(arn.split('/')[1] ?? '')?.arn !== arn);
    });
    expect(missing).toEqual([]);
  });

  it.each([
    { clusters: 0, associationsPerCluster: 1 },
    { clusters: 1, associationsPerCluster: -1 },
    { clusters: 1, associationsPerCluster: 1, driftRate: 2 },
    { clusters: 1, associationsPerCluster: 1, regions: 9 },
  ])('is refused for %j', (size) => {
    expect(() => generateFleet(size)).toThrow();
  });
});

function createSummary(world: World, fleet: Fleet): number {
  return fleet.clusters.reduce(
    (sum, { account, region, name }) =>
      sum + (world.eks(account, region).cluster(name)?.associationCount() ?? 0),
    0,
  );
}

const sizes = fc.record({
  associationsPerCluster: fc.integer({ min: 0, max: 1200 }),
  driftRate: fc.double({ min: 0, max: 1, noNaN: true }),
  seed: fc.integer({ min: 0, max: 1000 }),
});

describe('generated associations', () => {
  it('are found again by id and by key, and no two share either', () => {
    fc.assert(
      fc.property(sizes, (size) => {
        const fleet = generateFleet({ clusters: 1, ...size } satisfies FleetSizeInput);
        const [cluster] = fleet.clusters;
        if (!cluster) throw new Error('there is no cluster');
        const source = generatedAssociations(cluster, fleet.plan);
        const ids = new Set<string>();
        const keys = new Set<string>();
        for (let index = 0; index < source.count; index += 1) {
          const { associationId, namespace, serviceAccount } = source.at(index);
          ids.add(associationId);
          keys.add(`${namespace}/${serviceAccount}`);
          expect(source.indexOfId(associationId)).toBe(index);
          expect(source.indexOfKey(namespace, serviceAccount)).toBe(index);
        }
        expect(ids.size).toBe(source.count);
        expect(keys.size).toBe(source.count);
      }),
      { numRuns: 30 },
    );
  });

  it.each(['a-00000000000000000', 'a-zzzzzzzzzzzzzzzzz', 'a-!!!!!!!!!!!!!!!!!', ''])(
    'do not know the id %j',
    (id) => {
      const fleet = generateFleet({ clusters: 1, associationsPerCluster: 100 });
      const [cluster] = fleet.clusters;
      expect(cluster && generatedAssociations(cluster, fleet.plan).indexOfId(id)).toBeUndefined();
    },
  );

  it.each([
    ['payments', 'none'],
    ['nobody', 'api'],
    ['payments-0', 'api'],
    ['payments-1', 'api'],
    ['scratch', 'job-0'],
    ['scratch', 'job-00'],
  ])('do not know the key %s/%s', (namespace, serviceAccount) => {
    const fleet = generateFleet({ clusters: 1, associationsPerCluster: 500 });
    const [cluster] = fleet.clusters;
    expect(
      cluster && generatedAssociations(cluster, fleet.plan).indexOfKey(namespace, serviceAccount),
    ).toBeUndefined();
  });
});

describe('numbers and names', () => {
  it('go both ways', () => {
    fc.assert(
      fc.property(fc.nat(2_000_000), (j) => {
        const { namespace, serviceAccount } = fleetName(j);
        expect(fleetNumber(namespace, serviceAccount)).toBe(j);
        expect(fleetRoleNumber(fleetRoleName(j).toUpperCase())).toBe(j);
        expect(fleetRoleName(j).length).toBeLessThanOrEqual(64);
      }),
    );
  });

  it('scrambled go back', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), (index, salt) => {
        expect(unscramble(scramble(index, salt), salt)).toBe(index);
      }),
    );
  });

  it('of drift add up', () => {
    fc.assert(
      fc.property(fc.nat(5000), fc.double({ min: 0, max: 1, noNaN: true }), (mappings, rate) => {
        const { extra, missing, ...changed } = plantedCounts(mappings, rate);
        const inPlace = Object.values(changed).reduce((sum, count) => sum + count, 0);
        expect(inPlace + missing + extra).toBe(Math.round(mappings * rate));
        expect(inPlace + missing).toBeLessThanOrEqual(mappings);
      }),
    );
  });
});
