import { type ClusterRef, clusterArn } from '#shared/domain/cluster.ts';
import type { Cause } from '#shared/domain/registry/cause.ts';
import { eventCauseKey } from '#shared/domain/registry/cause-key.ts';
import { FINDING_SEVERITIES, type FindingItem } from '#shared/domain/registry/finding.ts';
import { findingAudit, openedEntry, resolvedEntry } from '#shared/domain/registry/finding-entries.ts';
import { contended } from '../registry/change-item.ts';
import type { RegistryDeps } from '../registry/registry-deps.ts';
import { withCauses } from '../registry/with-causes.ts';

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
  for (let attempts = 1; attempts <= ATTEMPTS; attempts += 1) {
    const [known] = await deps.registry.get([{ type: 'finding', clusterArn: arn, id: 'unknownCluster' }]);
    if (known?.status === 'open' || known?.status === 'waived')
      return { kind: 'unknownCluster', clusterArn: arn };
    const at = deps.clock.now();
    const finding = unknownCluster(cluster, cause, at);
    const outbox = [openedEntry(finding)];
    const audit = findingAudit(outbox, at, 'detect-drift');
    const change = await withCauses(deps, { findings: [finding], audit, outbox });
    // The only thing that can be contended is who tells the cause: another worker has just written the same finding.
    const answer = await deps.registry.commit({ id: deps.newId(), at, ...change });
    if (answer === 'done') return { kind: 'unknownCluster', clusterArn: arn };
  }
  throw contended('finding');
}

const ATTEMPTS = 6;

function unknownCluster(cluster: ClusterRef, cause: Cause, at: number): FindingItem {
  const kind = 'unknownCluster';
  const { name, account, region } = cluster;
  return {
    type: 'finding',
    clusterArn: clusterArn(cluster),
    id: kind,
    kind,
    severity: FINDING_SEVERITIES[kind],
    status: 'open',
    message: `${name} sends events, and nobody enrolled it: rolecall enrol ${name} --account ${account} --in-region ${region}; or take its rules away`,
    cause,
    causeKey: eventCauseKey(cause.eventId),
    firstSeenAt: at,
    lastSeenAt: at,
  };
}

/** Ends that finding, for a cluster that was enrolled. */
export async function endUnknownCluster(deps: RegistryDeps, arn: string): Promise<void> {
  const id = 'unknownCluster';
  const [known] = await deps.registry.get([{ type: 'finding', clusterArn: arn, id }]);
  if (known === undefined || known.endedAt !== undefined) return;
  const at = deps.clock.now();
  const outbox = [resolvedEntry({ ...known, status: 'resolved' })];
  await deps.registry.commit({
    id: deps.newId(),
    at,
    ends: [{ clusterArn: arn, id, kind: id, status: 'resolved', endedAt: at }],
    audit: findingAudit(outbox, at, 'enrol-cluster'),
    outbox,
  });
}
