import { type ClusterRef, clusterArn } from '#shared/domain/cluster.ts';
import type { Cause } from '#shared/domain/registry/cause.ts';
import { FINDING_SEVERITIES, type FindingItem } from '#shared/domain/registry/finding.ts';
import type { RegistryDeps } from '../registry/registry-deps.ts';

/**
 * Opens a finding for a cluster that sends events and that nobody enrolled; once, however many it sends. It has no item
 * of its own, so the finding itself is what is asked.
 */
export async function noteUnknownCluster(
  deps: RegistryDeps,
  cluster: ClusterRef,
  cause: Cause,
): Promise<{ readonly kind: 'unknownCluster'; readonly clusterArn: string }> {
  const arn = clusterArn(cluster);
  const answer = { kind: 'unknownCluster', clusterArn: arn } as const;
  const [known] = await deps.registry.get([{ type: 'finding', clusterArn: arn, id: 'unknownCluster' }]);
  if (known?.status === 'open' || known?.status === 'waived') return answer;
  const at = deps.clock.now();
  const kind = 'unknownCluster';
  const severity = FINDING_SEVERITIES[kind];
  const { name, account, region } = cluster;
  const message = `${name} sends events, and nobody enrolled it: rolecall enrol ${name} --account ${account} --in-region ${region}; or take its rules away`;
  const finding: FindingItem = {
    type: 'finding',
    clusterArn: arn,
    id: kind,
    kind,
    severity,
    status: 'open',
    message,
    cause,
    firstSeenAt: at,
    lastSeenAt: at,
  };
  const told = { type: 'FindingOpened', clusterArn: arn, id: kind, kind, severity, message, cause } as const;
  await deps.registry.commit({ id: deps.newId(), at, findings: [finding], outbox: [told] });
  return answer;
}

/** Ends that finding, for a cluster that was enrolled. */
export async function endUnknownCluster(deps: RegistryDeps, arn: string): Promise<void> {
  const id = 'unknownCluster';
  const [known] = await deps.registry.get([{ type: 'finding', clusterArn: arn, id }]);
  if (known === undefined || known.endedAt !== undefined) return;
  const at = deps.clock.now();
  const { severity } = known;
  await deps.registry.commit({
    id: deps.newId(),
    at,
    ends: [{ clusterArn: arn, id, kind: id, status: 'resolved', endedAt: at }],
    outbox: [{ type: 'FindingResolved', clusterArn: arn, id, kind: id, severity, status: 'resolved' }],
  });
}
