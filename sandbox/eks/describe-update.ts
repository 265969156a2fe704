import {
  DescribeUpdate$,
  type DescribeUpdateRequest,
  type DescribeUpdateResponse,
} from '@aws-sdk/client-eks';
import { operation } from '../operation.ts';
import { updateView } from './addon-view.ts';
import { resourceNotFound } from './eks-errors.ts';
import { clusterArn, existingCluster, present } from './existing.ts';

/** How an update of an add-on gets on: what clients wait with after UpdateAddon. */
export const describeUpdate = operation<DescribeUpdateRequest, DescribeUpdateResponse>({
  schema: DescribeUpdate$,
  mutating: false,
  resource: (call, input) => clusterArn(call, input.name),
  run(call, input) {
    const cluster = existingCluster(call, input.name);
    const updateId = present(input.updateId);
    const update = cluster.updates.get(updateId);
    if (!update || (input.addonName !== undefined && input.addonName !== update.addonName)) {
      throw resourceNotFound(`No update found for id: ${updateId}.`, { clusterName: cluster.name });
    }
    return { update: updateView(update, call.asOf) };
  },
});
