import type { PodIdentityAssociation, PodIdentityAssociationSummary } from '@aws-sdk/client-eks';
import type { AssociationSummary, ObservedAssociation } from '#shared/domain/association.ts';
import type { ClusterRef } from '#shared/domain/cluster.ts';
import { epochMs, required } from './answer-fields.ts';
import type { CallName } from './call-aws.ts';
import { malformedAnswer } from './malformed-answer.ts';

/** An association as EKS lists it. Throws `AppError` `aws.malformedAnswer`. */
export function toSummary(
  answer: PodIdentityAssociationSummary,
  cluster: ClusterRef,
  name: CallName,
): AssociationSummary {
  const associationArn = required(answer.associationArn, 'associationArn', name);
  requireSameCluster(associationArn, cluster, name);
  return {
    namespace: required(answer.namespace, 'namespace', name),
    serviceAccount: required(answer.serviceAccount, 'serviceAccount', name),
    associationId: required(answer.associationId, 'associationId', name),
    associationArn,
    ...(answer.ownerArn ? { ownerArn: answer.ownerArn } : {}),
  };
}

/**
 * An association as EKS describes it. Whether EKS leaves out or spells out `disableSessionTags: false`, empty tags,
 * and what was cleared with `""`, is unknown (facts §1.2, §1.3): both mean the same here.
 * Throws `AppError` `aws.malformedAnswer`.
 */
export function toObserved(
  answer: PodIdentityAssociation | undefined,
  cluster: ClusterRef,
  name: CallName,
): ObservedAssociation {
  if (!answer) throw malformedAnswer(name, 'association is missing');
  return {
    ...toSummary(answer, cluster, name),
    roleArn: required(answer.roleArn, 'roleArn', name),
    disableSessionTags: answer.disableSessionTags ?? false,
    tags: answer.tags ?? {},
    createdAt: epochMs(answer.createdAt, 'createdAt', name),
    modifiedAt: epochMs(answer.modifiedAt, 'modifiedAt', name),
    ...(answer.targetRoleArn ? { targetRoleArn: answer.targetRoleArn } : {}),
    ...(answer.policy ? { policy: answer.policy } : {}),
    ...(answer.externalId ? { externalId: answer.externalId } : {}),
  };
}

/** The answer must be about the cluster that was asked about: facts §1.2 for the ARN's shape. */
function requireSameCluster(associationArn: string, cluster: ClusterRef, name: CallName): void {
  const { partition, region, account, name: clusterName } = cluster;
  const prefix = `arn:${partition}:eks:${region}:${account}:podidentityassociation/${clusterName}/`;
  if (associationArn.startsWith(prefix)) return;
  throw malformedAnswer(
    name,
    `${associationArn} is no association of cluster ${clusterName} in ${account}, ${region}`,
  );
}
