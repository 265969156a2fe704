import { DescribeAddon$, type DescribeAddonRequest, type DescribeAddonResponse } from '@aws-sdk/client-eks';
import { operation } from '../operation.ts';
import { addonView } from './addon-view.ts';
import { addonArn, existingAddon, existingCluster } from './existing.ts';

/** Everything about one add-on; 404 means that it was not installed as an add-on (facts §3.2). */
export const describeAddon = operation<DescribeAddonRequest, DescribeAddonResponse>({
  schema: DescribeAddon$,
  mutating: false,
  resource: (call, input) => addonArn(call, input.clusterName, input.addonName),
  run(call, input) {
    const cluster = existingCluster(call, input.clusterName);
    return { addon: addonView(cluster, existingAddon(call, cluster, input.addonName), call.asOf) };
  },
});
