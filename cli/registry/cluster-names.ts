import { type ClusterRef, clusterArn } from '#shared/domain/cluster.ts';

/** Takes a cluster's ARN apart; `undefined` when the text is none. */
export function parseClusterArn(text: string): ClusterRef | undefined {
  const match = /^arn:([a-z-]+):eks:([a-z0-9-]+):(\d{12}):cluster\/([A-Za-z0-9][\w-]{0,99})$/.exec(text);
  const [, partition, region, account, name] = match ?? [];
  if (!partition || !region || !account || !name) return undefined;
  const ref = { partition, account, region, name };
  return clusterArn(ref) === text ? ref : undefined;
}

/** The name in a cluster's ARN; the whole text when it is none. */
export function clusterNameOf(arn: string): string {
  return parseClusterArn(arn)?.name ?? arn;
}
