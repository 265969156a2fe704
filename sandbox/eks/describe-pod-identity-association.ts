import {
  DescribePodIdentityAssociation$,
  type DescribePodIdentityAssociationRequest,
  type DescribePodIdentityAssociationResponse,
} from '@aws-sdk/client-eks';
import { operation } from '../operation.ts';
import { associationView } from './association-view.ts';
import { associationArn, existingAssociation, existingCluster } from './existing.ts';

/** Everything about one association. */
export const describePodIdentityAssociation = operation<
  DescribePodIdentityAssociationRequest,
  DescribePodIdentityAssociationResponse
>({
  schema: DescribePodIdentityAssociation$,
  mutating: false,
  resource: (call, input) => associationArn(call, input.clusterName, input.associationId),
  run(call, input) {
    const cluster = existingCluster(call, input.clusterName);
    return { association: associationView(existingAssociation(call, cluster, input.associationId)) };
  },
});
