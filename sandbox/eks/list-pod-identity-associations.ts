import {
  ListPodIdentityAssociations$,
  type ListPodIdentityAssociationsRequest,
  type ListPodIdentityAssociationsResponse,
} from '@aws-sdk/client-eks';
import { operation } from '../operation.ts';
import { summaryView } from './association-view.ts';
import { clusterArn, existingCluster } from './existing.ts';
import { nextToken, pageRequest } from './paging.ts';

/** The associations of a cluster in pages; the filters are exact. */
export const listPodIdentityAssociations = operation<
  ListPodIdentityAssociationsRequest,
  ListPodIdentityAssociationsResponse
>({
  schema: ListPodIdentityAssociations$,
  mutating: false,
  resource: (call, input) => clusterArn(call, input.clusterName),
  run(call, input) {
    const cluster = existingCluster(call, input.clusterName);
    const { namespace, serviceAccount } = input;
    const list = [cluster.arn, String(cluster.createdAt), namespace, serviceAccount];
    const { from, limit } = pageRequest(list, input.maxResults, input.nextToken);
    const page = cluster.associations.page({ namespace, serviceAccount }, from, limit, call.asOf);
    return { associations: page.items.map(summaryView), nextToken: nextToken(list, page.next) };
  },
});
