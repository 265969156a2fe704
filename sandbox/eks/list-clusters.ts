import { ListClusters$, type ListClustersRequest, type ListClustersResponse } from '@aws-sdk/client-eks';
import { operation } from '../operation.ts';
import { nextToken, pageRequest } from './paging.ts';

/** The names of the clusters of the account and region. There are no connected clusters here for `include`. */
export const listClusters = operation<ListClustersRequest, ListClustersResponse>({
  schema: ListClusters$,
  mutating: false,
  run(call, input) {
    const list = ['clusters', call.account, call.region];
    const { from, limit } = pageRequest(list, input.maxResults, input.nextToken);
    const page = call.world.eks(call.account, call.region).clusterNames(from, limit, call.asOf);
    return { clusters: page.names, nextToken: nextToken(list, page.next) };
  },
});
