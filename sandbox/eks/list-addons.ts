import { ListAddons$, type ListAddonsRequest, type ListAddonsResponse } from '@aws-sdk/client-eks';
import { operation } from '../operation.ts';
import { clusterArn, existingCluster } from './existing.ts';
import { nextToken, pageRequest } from './paging.ts';

/** The names of a cluster's add-ons. */
export const listAddons = operation<ListAddonsRequest, ListAddonsResponse>({
  schema: ListAddons$,
  mutating: false,
  resource: (call, input) => clusterArn(call, input.clusterName),
  run(call, input) {
    const cluster = existingCluster(call, input.clusterName);
    const list = ['addons', cluster.arn, String(cluster.createdAt)];
    const { from, limit } = pageRequest(list, input.maxResults, input.nextToken);
    // A name keeps its place once it was used, so the place is what a token can name.
    const there = [...cluster.addons].flatMap(([name, timeline], place) =>
      place >= from && timeline.at(call.asOf) ? [{ name, place }] : [],
    );
    return {
      addons: there.slice(0, limit).map(({ name }) => name),
      nextToken: nextToken(list, there[limit]?.place),
    };
  },
});
