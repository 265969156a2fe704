import { type Mode, moreCautious } from '#shared/domain/mode.ts';
import type { ClusterItem } from '#shared/domain/registry/cluster-item.ts';
import type { OutboxEntry } from '#shared/domain/registry/outbox-entry.ts';
import { changeItem } from './change-item.ts';
import type { Asked, RegistryDeps } from './registry-deps.ts';

/** A change of a cluster's mode, and what it was decided from. */
export interface ModeChange {
  readonly clusterArn: string;
  /** The life of the cluster that was looked at, epoch milliseconds. */
  readonly createdAt: number;
  /** The mode that was looked at. */
  readonly from: Mode;
  readonly to: Mode;
}

export type ModeAnswer =
  | 'changed'
  /** It has that mode already. */
  | 'unchanged'
  /** The cluster, its life or its mode is not the one that was looked at: nothing was written. */
  | 'moved';

/**
 * Changes what Rolecall may do on a cluster, in one transaction with its audit and with what is told to others. Raised, all
 * keys of the cluster are looked at again at once. Lowered, it counts from the next look on: a write that had begun is finished.
 */
export async function changeMode(deps: RegistryDeps, change: ModeChange, asked: Asked): Promise<ModeAnswer> {
  const { clusterArn, createdAt, from, to } = change;
  let answer: ModeAnswer = 'changed';
  await changeItem(deps, { type: 'cluster', clusterArn }, (item) => {
    answer = judge(item, change);
    if (!item || answer !== 'changed') return undefined;
    const at = deps.clock.now();
    const { by, why } = asked;
    const detail = `${from} ► ${to}`;
    return {
      put: [{ ...item, cluster: { ...item.cluster, mode: to } }],
      audit: [{ action: 'clusterModeChanged', at, by, why, clusterArn, detail }],
      outbox: toldOf(item, { createdAt, from, to }, asked),
    };
  });
  return answer;
}

/** Whether the new mode lets Rolecall do more than the old one. */
export function raises(from: Mode, to: Mode): boolean {
  return from !== to && moreCautious(from, to) === from;
}

function judge(item: ClusterItem | undefined, { createdAt, from, to }: ModeChange): ModeAnswer {
  if (item?.cluster.createdAt !== createdAt || item.enrolment.state === 'retired') return 'moved';
  if (item.cluster.mode === to) return 'unchanged';
  return item.cluster.mode === from ? 'changed' : 'moved';
}

function toldOf(
  { cluster }: ClusterItem,
  { createdAt, from, to }: Omit<ModeChange, 'clusterArn'>,
  { by, why }: Asked,
): readonly OutboxEntry[] {
  const { partition, account, region, name } = cluster;
  const address = { partition, account, region, name, createdAt };
  const changed: OutboxEntry = { type: 'ClusterModeChanged', cluster: address, from, to, by, reason: why };
  if (!raises(from, to)) return [changed];
  return [changed, { type: 'ReconcileRequested', cluster: address, keys: 'all', why: 'clusterModeChanged' }];
}
