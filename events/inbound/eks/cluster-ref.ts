import type { ClusterRef } from '#shared/domain/cluster.ts';
import type { EksArn } from '../read/eks-arn.ts';
import type { EventRecord } from '../read/event-record.ts';
import { partitionOf } from '../read/partition.ts';

/**
 * The cluster that an event names: by an ARN, which tells all of it, or by name in the record's account and region.
 * `undefined` when it names none, or not where it is.
 */
export function clusterOf(
  record: EventRecord,
  arn: EksArn | undefined,
  name: string | undefined,
): ClusterRef | undefined {
  if (arn !== undefined) return arn.cluster;
  const { account, region } = record;
  if (name === undefined || account === undefined || region === undefined) return undefined;
  return { partition: partitionOf(region), account, region, name };
}
