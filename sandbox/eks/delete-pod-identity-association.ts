import {
  DeletePodIdentityAssociation$,
  type DeletePodIdentityAssociationRequest,
  type DeletePodIdentityAssociationResponse,
} from '@aws-sdk/client-eks';
import { operation } from '../operation.ts';
import { associationView } from './association-view.ts';
import { associationArn, existingAssociation, existingCluster } from './existing.ts';
import { checkNotOwned } from './ownership.ts';

/** Unbinds a service account and answers what was there. */
export const deletePodIdentityAssociation = operation<
  DeletePodIdentityAssociationRequest,
  DeletePodIdentityAssociationResponse
>({
  schema: DeletePodIdentityAssociation$,
  mutating: true,
  resource: (call, input) => associationArn(call, input.clusterName, input.associationId),
  run(call, input) {
    const cluster = existingCluster(call, input.clusterName);
    const association = existingAssociation(call, cluster, input.associationId);
    checkNotOwned(association);
    cluster.associations.remove(association.associationId, call.now);
    return { association: associationView(association) };
  },
});
