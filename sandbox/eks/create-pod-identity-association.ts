import {
  CreatePodIdentityAssociation$,
  type CreatePodIdentityAssociationRequest,
  type CreatePodIdentityAssociationResponse,
} from '@aws-sdk/client-eks';
import { type Call, operation } from '../operation.ts';
import {
  checkNamespace,
  checkServiceAccount,
  checkSessionPolicy,
  checkTargetRoleArn,
  MOST_ASSOCIATIONS,
} from './association-rules.ts';
import { associationView } from './association-view.ts';
import type { ClusterState } from './cluster-state.ts';
import { invalidParameter, limitExceeded, resourceInUse } from './eks-errors.ts';
import { changeableCluster, clusterArn, present } from './existing.ts';
import { checkAssociationRole } from './role-check.ts';
import { checkTags } from './tag-rules.ts';

type Input = CreatePodIdentityAssociationRequest;

/** Binds a role to a service account. In Kubernetes nothing is looked up: neither namespace nor account need be there. */
export const createPodIdentityAssociation = operation<Input, CreatePodIdentityAssociationResponse>({
  schema: CreatePodIdentityAssociation$,
  mutating: true,
  resource: (call, input) => clusterArn(call, input.clusterName),
  run(call, input) {
    const cluster = changeableCluster(call, input.clusterName);
    const fields = checkedFields(input);
    checkAssociationRole(call, cluster, fields);
    checkFree(call, cluster, fields.namespace, fields.serviceAccount);
    const association = cluster.associations.create(
      { ...fields, associationId: cluster.newAssociationId(), createdAt: call.now },
      call.now,
    );
    return { association: associationView(association) };
  },
});

function checkedFields(input: Input) {
  const namespace = present(input.namespace);
  const serviceAccount = present(input.serviceAccount);
  const disableSessionTags = input.disableSessionTags ?? false;
  checkNamespace(namespace);
  checkServiceAccount(serviceAccount);
  checkTags(input.tags ?? {}, invalidParameter);
  if (input.targetRoleArn) checkTargetRoleArn(input.targetRoleArn);
  if (input.policy) checkSessionPolicy(input.policy, disableSessionTags);
  return {
    namespace,
    serviceAccount,
    roleArn: present(input.roleArn),
    tags: input.tags ?? {},
    disableSessionTags,
    // An empty text is how Update clears these; on Create it is the same as nothing.
    ...(input.targetRoleArn ? { targetRoleArn: input.targetRoleArn } : {}),
    ...(input.policy ? { policy: input.policy } : {}),
  };
}

/** One association for a service account (409 naming it), 5,000 for a cluster (facts §1.4, §1.5). */
export function checkFree(
  call: Call,
  cluster: ClusterState,
  namespace: string,
  serviceAccount: string,
): void {
  const taken = cluster.associations.byKey(namespace, serviceAccount, call.now);
  const members = { clusterName: cluster.name };
  if (taken) throw resourceInUse(`Association already exists: ${taken.associationId}`, members);
  if (cluster.associationCount() >= MOST_ASSOCIATIONS) {
    // EKS's wording is unknown (facts §1.4).
    throw limitExceeded(
      `The maximum number of pod identity associations (${MOST_ASSOCIATIONS}) for cluster ${cluster.name} is reached.`,
      members,
    );
  }
}
