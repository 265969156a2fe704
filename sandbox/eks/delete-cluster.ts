import { DeleteCluster$, type DeleteClusterRequest, type DeleteClusterResponse } from '@aws-sdk/client-eks';
import { operation } from '../operation.ts';
import { clusterView } from './cluster-view.ts';
import { invalidRequest, resourceInUse } from './eks-errors.ts';
import { clusterArn, existingCluster } from './existing.ts';

/**
 * Takes a cluster away with its add-ons and associations; it is DELETING for the switch `clusterDeleteMs`. The
 * associations go without events of their own (facts §1.5, inferred).
 */
export const deleteCluster = operation<DeleteClusterRequest, DeleteClusterResponse>({
  schema: DeleteCluster$,
  mutating: true,
  resource: (call, input) => clusterArn(call, input.name),
  run(call, input) {
    const cluster = existingCluster(call, input.name);
    const members = { clusterName: cluster.name };
    const status = cluster.status(call.now);
    if (status === 'CREATING' || status === 'UPDATING' || status === 'DELETING') {
      throw resourceInUse(`Cluster has an operation in progress: its status is ${status}`, members);
    }
    if (cluster.settings.deletionProtection) {
      throw invalidRequest('Cluster cannot be deleted while deletion protection is enabled.', members);
    }
    const goneAt = call.now + call.world.switches.get().clusterDeleteMs;
    call.world.eks(call.account, call.region).removeCluster(cluster.name, call.now, goneAt);
    return { cluster: clusterView(call, cluster, 'DELETING') };
  },
});
