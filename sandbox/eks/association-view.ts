import type { PodIdentityAssociation, PodIdentityAssociationSummary } from '@aws-sdk/client-eks';
import type { Association } from './association.ts';

/** What Create, Describe, Update and Delete answer. */
export function associationView(association: Association): PodIdentityAssociation {
  return {
    ...summaryView(association),
    roleArn: association.roleArn,
    tags: { ...association.tags },
    createdAt: new Date(association.createdAt),
    modifiedAt: new Date(association.modifiedAt),
    // Whether EKS always says so or leaves out what was never set is unknown (facts §1.2).
    disableSessionTags: association.disableSessionTags,
    targetRoleArn: association.targetRoleArn,
    externalId: association.externalId,
    policy: association.policy,
  };
}

/** What List answers: who, never which role (facts §1.2). */
export function summaryView(association: Association): PodIdentityAssociationSummary {
  const { clusterName, namespace, serviceAccount, associationArn, associationId, ownerArn } = association;
  return { clusterName, namespace, serviceAccount, associationArn, associationId, ownerArn };
}
