import type { BrakeUse } from '#shared/domain/brake.ts';
import { type BrakeReading, brakeScope, FLEET } from '#shared/domain/registry/brake-ledger.ts';
import { brakeCauseKey } from '#shared/domain/registry/cause-key.ts';
import type { ClusterNews } from './cluster-findings.ts';

/** A brake that holds steps of a cluster. */
export interface HeldByBrake {
  readonly clusterArn: string;
  /** Steps that are held. */
  readonly held: number;
  readonly caps: BrakeUse;
  /** The brake as it was read; `undefined` when it was not. */
  readonly reading: BrakeReading | undefined;
  /** Epoch milliseconds. */
  readonly at: number;
}

/**
 * What to write down of a cluster whose steps the brake holds. The fleet's brake is one cause over all clusters that it
 * holds, from its last release on; a cluster's is one from when its finding opens.
 */
export function brakeNews({
  clusterArn,
  held,
  caps,
  reading,
  at,
}: HeldByBrake): Pick<ClusterNews, 'wanted' | 'engaged'> {
  const scope = brakeScope(reading, caps, clusterArn);
  const [cap, where, occurrence] =
    scope === FLEET
      ? ([caps.fleet, 'over the fleet', reading?.fleetReleasedAt ?? 0] as const)
      : ([caps.cluster, 'on this cluster', at] as const);
  const message = `more deletes and overwrites ${where} than the brake lets pass in a day: some are held`;
  return {
    wanted: [{ kind: 'brakeEngaged', message, causeKey: brakeCauseKey(scope) }],
    engaged: { engagement: { scope, held, cap }, occurrence },
  };
}
