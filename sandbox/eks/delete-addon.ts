import { DeleteAddon$, type DeleteAddonRequest, type DeleteAddonResponse } from '@aws-sdk/client-eks';
import { operation } from '../operation.ts';
import { removeAddonAssociations } from './addon-associations.ts';
import { addonView } from './addon-view.ts';
import { addonArn, changeableCluster, existingAddon } from './existing.ts';

/** Takes an add-on away with the associations that it owns (facts §1.5); it is DELETING for the switch `addonMs`. */
export const deleteAddon = operation<DeleteAddonRequest, DeleteAddonResponse>({
  schema: DeleteAddon$,
  mutating: true,
  resource: (call, input) => addonArn(call, input.clusterName, input.addonName),
  run(call, input) {
    const cluster = changeableCluster(call, input.clusterName);
    const before = existingAddon(call, cluster, input.addonName);
    const goneAt = call.now + call.world.switches.get().addonMs;
    const leaving = { ...before, status: 'DELETING', pendingStatus: 'DELETING', associationIds: [] };
    removeAddonAssociations(call, cluster, before);
    cluster.setAddon(before.addonName, leaving, call.now);
    cluster.setAddon(before.addonName, undefined, goneAt);
    return { addon: addonView(cluster, leaving, call.now) };
  },
});
