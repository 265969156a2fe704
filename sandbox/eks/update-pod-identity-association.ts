import {
  UpdatePodIdentityAssociation$,
  type UpdatePodIdentityAssociationRequest,
  type UpdatePodIdentityAssociationResponse,
} from '@aws-sdk/client-eks';
import { operation } from '../operation.ts';
import type { Association } from './association.ts';
import { checkSessionPolicy, checkTargetRoleArn } from './association-rules.ts';
import { associationView } from './association-view.ts';
import type { ClusterState } from './cluster-state.ts';
import { invalidParameter } from './eks-errors.ts';
import { associationArn, changeableCluster, existingAssociation } from './existing.ts';
import { checkNotOwned } from './ownership.ts';
import { checkAssociationRole } from './role-check.ts';

type Input = UpdatePodIdentityAssociationRequest;

/**
 * Changes what was sent and leaves the rest; `''` clears the target role and the policy (facts §1.3: for the target
 * role as AWS's own controller does it, for the policy by analogy).
 *
 * Values equal to the present ones count as sent: what EKS answers to an update that changes nothing is unknown.
 */
export const updatePodIdentityAssociation = operation<Input, UpdatePodIdentityAssociationResponse>({
  schema: UpdatePodIdentityAssociation$,
  mutating: true,
  resource: (call, input) => associationArn(call, input.clusterName, input.associationId),
  run(call, input) {
    const cluster = changeableCluster(call, input.clusterName);
    const before = existingAssociation(call, cluster, input.associationId);
    checkNotOwned(before);
    checkSomethingSent(input);
    const after: Association = { ...changed(cluster, before, input), modifiedAt: call.now };
    if (input.targetRoleArn) checkTargetRoleArn(input.targetRoleArn);
    if (after.policy !== undefined) checkSessionPolicy(after.policy, after.disableSessionTags);
    if (input.roleArn !== undefined) checkAssociationRole(call, cluster, after);
    cluster.associations.replace(after, call.now);
    return { association: associationView(after) };
  },
});

function checkSomethingSent(input: Input): void {
  const sent = [input.roleArn, input.targetRoleArn, input.disableSessionTags, input.policy];
  if (sent.every((field) => field === undefined)) {
    // EKS's wording is unknown (facts §1.4).
    throw invalidParameter(
      'At least one of roleArn, targetRoleArn, disableSessionTags and policy should be specified.',
    );
  }
}

function changed(cluster: ClusterState, before: Association, input: Input): Association {
  const { targetRoleArn: oldTarget, policy: oldPolicy, externalId: _, ...rest } = before;
  const targetRoleArn = input.targetRoleArn ?? oldTarget;
  const policy = input.policy ?? oldPolicy;
  return {
    ...rest,
    roleArn: input.roleArn ?? before.roleArn,
    disableSessionTags: input.disableSessionTags ?? before.disableSessionTags,
    ...(targetRoleArn
      ? { targetRoleArn, externalId: cluster.externalId(before.namespace, before.serviceAccount) }
      : {}),
    ...(policy ? { policy } : {}),
  };
}
