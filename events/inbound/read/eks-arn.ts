import type { ClusterRef } from '#shared/domain/cluster.ts';

/** What an ARN of EKS names: everything below a cluster has the cluster's name in it (facts §1.2). */
export interface EksArn {
  readonly cluster: ClusterRef;
  /** `cluster`, `podidentityassociation`, `addon`, `nodegroup` … */
  readonly type: string;
  /** What comes after the cluster's name: an association's id, an add-on's name and its id. */
  readonly rest: readonly string[];
}

const EKS_ARN = /^arn:(aws[a-z-]*):eks:([a-z0-9-]{1,32}):(\d{12}):([a-z-]{1,64})\/([^/]+)((?:\/[^/]+)*)$/;

/** Takes an ARN of EKS apart; `undefined` for everything else. */
export function parseEksArn(text: unknown): EksArn | undefined {
  const match = typeof text === 'string' && text.length <= 1024 ? EKS_ARN.exec(text) : null;
  if (!match) return undefined;
  const [, partition = '', region = '', account = '', type = '', name = '', rest = ''] = match;
  if (!isClusterName(name)) return undefined;
  return { cluster: { partition, account, region, name }, type, rest: rest.split('/').filter(Boolean) };
}

/** A name that EKS accepts for a cluster (facts §3.1). */
export function isClusterName(text: string): boolean {
  return /^[0-9A-Za-z][0-9A-Za-z_-]{0,99}$/.test(text);
}

/** The id of an association: `a-` and 17 letters and digits (facts §1.2); the number of them is only observed. */
export function isAssociationId(text: string): boolean {
  return /^a-[0-9a-z]{8,64}$/.test(text);
}
