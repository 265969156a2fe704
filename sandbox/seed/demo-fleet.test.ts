import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Decision } from '#shared/domain/decision.ts';
import { formatKey } from '#shared/domain/key.ts';
import { parseManifests } from '#shared/domain/manifest/parse-manifests.ts';
import { requestContext } from '#shared/iam/context.ts';
import { evaluateTrustPolicy } from '#shared/iam/trust.ts';
import { decisionsFor, observedIn, wishesFor } from '#test/builders/plan-world.ts';
import { aWorld } from '#test/builders/sandbox-call.ts';
import { applySeed } from './apply-seed.ts';
import { DEMO_CLUSTERS } from './demo-clusters.ts';
import {
  EXPECTED_COUNTS,
  EXPECTED_DECISIONS,
  EXPECTED_FINDINGS,
  EXPECTED_NO_DRIFT,
  type ExpectedDecision,
} from './demo-expected.ts';
import { DEMO_OWNER, demoFleet } from './demo-fleet.ts';

const folder = fileURLToPath(new URL('../../examples/fleet/', import.meta.url));
const { mappings, problems } = parseManifests(
  readdirSync(folder)
    .sort()
    .map((name) => ({ path: `examples/fleet/${name}`, text: readFileSync(folder + name, 'utf8') })),
);

const world = aWorld();
applySeed(world, demoFleet());

const undrifted = aWorld();
applySeed(undrifted, { ...demoFleet(), drift: [] });

interface Located {
  readonly at: string;
  readonly decision: Decision;
}

const decisions: readonly Located[] = DEMO_CLUSTERS.flatMap((cluster) =>
  decisionsFor(world, cluster, mappings, DEMO_OWNER).map((decision) => ({
    at: `${cluster.name} ${formatKey(decision)}`,
    decision,
  })),
);

/** The decision in the words of `demo-expected.ts`. */
function kindOf({ verdict }: Decision): string {
  if (verdict.kind === 'report') return verdict.finding;
  return verdict.kind === 'hold' ? verdict.reason : verdict.kind;
}

const sorted = (expected: readonly ExpectedDecision[]) =>
  [...expected].sort((left, right) => (left.at < right.at ? -1 : 1));

describe('the manifests of the demo fleet', () => {
  it('are without a problem', () => {
    expect(problems).toEqual([]);
    expect(mappings).toHaveLength(EXPECTED_COUNTS.mappings);
  });

  it.each(DEMO_CLUSTERS)('say of $name just what was there before the drift', (cluster) => {
    const wishes = wishesFor(undrifted, cluster, mappings);
    const there = observedIn(undrifted, cluster);
    const ours = [...there].filter(([, one]) => one.ownerArn === undefined);
    expect(ours.map(([key]) => key).sort()).toEqual([...wishes.keys()].sort());
    const left = decisionsFor(undrifted, cluster, mappings, DEMO_OWNER).map(kindOf);
    expect(new Set(left.filter((kind) => kind !== 'addonOwned'))).toEqual(new Set(['converged']));
  });
});

describe('the demo fleet', () => {
  it('has the size that it says', () => {
    const summary = world.summary();
    expect(summary.accounts.map(({ account }) => account).sort()).toEqual(
      [...new Set(DEMO_CLUSTERS.map(({ account }) => account))].sort(),
    );
    expect(new Set(summary.regions.map(({ region }) => region)).size).toBe(EXPECTED_COUNTS.regions);
    const total = (name: 'clusters' | 'associations') =>
      summary.regions.reduce((sum, region) => sum + region[name], 0);
    expect(total('clusters')).toBe(EXPECTED_COUNTS.clusters);
    expect(total('associations')).toBe(EXPECTED_COUNTS.associations);
    expect(decisions).toHaveLength(EXPECTED_COUNTS.decisions);
  });

  it.each(Object.entries(EXPECTED_DECISIONS))(
    'has just the planted decisions of kind %s',
    (kind, expected) => {
      const found = decisions
        .filter(({ decision }) => kindOf(decision) === kind)
        .map(({ at, decision }) => ({
          at,
          drift: decision.drift,
          ...('owner' in decision.verdict ? { owner: decision.verdict.owner } : {}),
        }));
      expect(sorted(found)).toEqual(sorted(expected));
    },
  );

  it('is as it should be everywhere else', () => {
    const kinds = Object.keys(EXPECTED_DECISIONS);
    const rest = decisions.filter(({ decision }) => !kinds.includes(kindOf(decision)));
    expect(rest.map(({ decision }) => kindOf(decision))).toEqual(
      Array(EXPECTED_COUNTS.converged).fill('converged'),
    );
  });

  it.each(Object.entries(EXPECTED_COUNTS.byDrift))('has the drift %s %d times', (drift, count) => {
    const drifted = decisions.filter(({ decision }) => decision.drift.some((one) => one === drift));
    expect(drifted).toHaveLength(count);
  });

  it.each(Object.entries(EXPECTED_COUNTS.byDecision))('has %s %d times', (kind, count) => {
    expect(EXPECTED_DECISIONS[kind as keyof typeof EXPECTED_DECISIONS]).toHaveLength(count);
  });

  it.each(EXPECTED_NO_DRIFT)('finds nothing at $at: $because', ({ at }) => {
    expect(decisions.find((one) => one.at === at)?.decision.verdict.kind).toBe('converged');
  });
});

describe('the roles of the demo fleet', () => {
  const state = (roleArn: string) => {
    const [, , , , account = '', resource = ''] = roleArn.split(':');
    return world.iam(account).role(resource.slice('role/'.length));
  };
  const admits = (trustPolicy: string, namespace: string) =>
    evaluateTrustPolicy(trustPolicy, {
      caller: { kind: 'service', service: 'pods.eks.amazonaws.com' },
      actions: ['sts:AssumeRole', 'sts:TagSession'],
      context: requestContext({
        known: { 'aws:RequestTag/kubernetes-namespace': namespace },
        otherwise: 'unknown',
      }),
    }).answer;

  it('are there and may be used by EKS, but for those that were broken', () => {
    const missing: { at: string; role: string }[] = [];
    const invalid: { at: string; role: string }[] = [];
    for (const cluster of DEMO_CLUSTERS) {
      for (const [key, { fields }] of wishesFor(world, cluster, mappings)) {
        const role = state(fields.roleArn);
        const entry = { at: `${cluster.name} ${key}`, role: fields.roleArn };
        if (!role) missing.push(entry);
        else if (admits(role.trustPolicy, key.split('/')[0] ?? '') === 'denies') invalid.push(entry);
      }
    }
    expect(missing).toEqual(EXPECTED_FINDINGS.roleMissing);
    expect(invalid).toEqual(EXPECTED_FINDINGS.trustPolicyInvalid);
  });

  it('include every target role', () => {
    const targets = DEMO_CLUSTERS.flatMap((cluster) =>
      [...wishesFor(world, cluster, mappings).values()].flatMap(({ fields }) => fields.targetRoleArn ?? []),
    );
    expect([...new Set(targets)].filter((arn) => !state(arn))).toEqual([]);
    expect(new Set(targets).size).toBe(7);
  });

  it('lack an agent on one cluster only that is not in Auto Mode', () => {
    const without = DEMO_CLUSTERS.filter(({ account, region, name }) => {
      const cluster = world.eks(account, region).cluster(name);
      return !cluster?.addons.has('eks-pod-identity-agent') && !cluster?.settings.computeConfig?.enabled;
    });
    expect(without.map(({ name }) => name)).toEqual(EXPECTED_FINDINGS.agentMissing);
  });
});
