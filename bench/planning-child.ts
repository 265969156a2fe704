/**
 * Plans a million keys in a process of its own, so that its memory is its own, and prints seconds and bytes as JSON.
 * 200 clusters of 5,000 keys: half as wished, a tenth each missing, drifted, unmanaged, foreign and not wished for.
 */
import type { ObservedAssociation } from '#shared/domain/association.ts';
import { ownershipTags } from '#shared/domain/ownership.ts';
import { type KeySituation, type PlanningRules, planKey } from '#shared/domain/plan.ts';
import type { Wish } from '#shared/domain/wish.ts';

const CLUSTERS = 200;
const KEYS = 5_000;
const now = 1_795_000_000_000;
const rules: PlanningRules = {
  installation: 'bench',
  authority: 'recordOrTag',
  clusterMode: 'enforce',
  clusterStatus: 'ACTIVE',
  partlyRead: false,
  prune: 'unwished',
  now,
  settleMs: 15_000,
};

function situation(cluster: number, index: number): KeySituation {
  const key = { namespace: `team-${index % 50}`, serviceAccount: `service-${index}` };
  const mapping = { clusterSet: 'default', ...key };
  const kind = index % 10;
  const wish: Wish = {
    kind: 'fields',
    mapping,
    revision: '1',
    mode: 'enforce',
    takeover: false,
    fields: {
      roleArn: `arn:aws:iam::111122223333:role/service-${index}`,
      disableSessionTags: false,
      tags: { team: 'bench' },
    },
  };
  const id = `a-${String(cluster * KEYS + index).padStart(17, '0')}`;
  const association: ObservedAssociation = {
    ...key,
    associationId: id,
    associationArn: `arn:aws:eks:eu-west-1:111122223333:podidentityassociation/c${cluster}/${id}`,
    roleArn: kind === 6 ? 'arn:aws:iam::111122223333:role/other' : wish.fields.roleArn,
    disableSessionTags: false,
    tags:
      kind === 7
        ? {}
        : kind === 8
          ? { Terraform: 'true' }
          : { team: 'bench', ...ownershipTags('bench', mapping) },
    createdAt: now - 1_000_000,
    modifiedAt: now - 1_000_000,
  };
  const observation =
    kind === 5 ? ({ kind: 'absent' } as const) : ({ kind: 'described', association } as const);
  return { key, wish: kind === 9 ? undefined : wish, observation };
}

let planned = 0;
let elapsedMs = 0;
let peakBytes = 0;
const decisions = [];
for (let cluster = 0; cluster < CLUSTERS; cluster += 1) {
  const situations = Array.from({ length: KEYS }, (_, index) => situation(cluster, index));
  const start = performance.now();
  for (const one of situations) {
    const decision = planKey(one, rules);
    if (decision.verdict.kind !== 'converged') decisions.push(decision);
    planned += 1;
  }
  elapsedMs += performance.now() - start;
  peakBytes = Math.max(peakBytes, process.memoryUsage.rss());
}
process.stdout.write(
  JSON.stringify({ planned, kept: decisions.length, seconds: elapsedMs / 1000, peakBytes }),
);
