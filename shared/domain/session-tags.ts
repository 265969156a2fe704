import type { ServiceAccountKey } from './key.ts';

/** The six session tags that EKS Pod Identity sets; all of them are transitive (facts §4.2). */
export const SESSION_TAG_KEYS = [
  'eks-cluster-arn',
  'eks-cluster-name',
  'kubernetes-namespace',
  'kubernetes-service-account',
  'kubernetes-pod-name',
  'kubernetes-pod-uid',
] as const;

/** A service account in its cluster, as session tags name it. */
export interface TaggedServiceAccount extends ServiceAccountKey {
  readonly clusterArn: string;
  readonly clusterName: string;
}

/** The session tags whose values are known before a pod runs: all but the pod's own name and uid. */
export function knownSessionTags(subject: TaggedServiceAccount): Readonly<Record<string, string>> {
  return {
    'eks-cluster-arn': subject.clusterArn,
    'eks-cluster-name': subject.clusterName,
    'kubernetes-namespace': subject.namespace,
    'kubernetes-service-account': subject.serviceAccount,
  };
}

/** The session tags whose values only a running pod has. */
export const POD_SESSION_TAG_KEYS = ['kubernetes-pod-name', 'kubernetes-pod-uid'] as const;
