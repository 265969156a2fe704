import { UpdateAddon$, type UpdateAddonRequest, type UpdateAddonResponse } from '@aws-sdk/client-eks';
import { operation } from '../operation.ts';
import { newGuid } from '../random.ts';
import type { AddonUpdate } from './addon.ts';
import { planAddonAssociations } from './addon-associations.ts';
import { checkAddonVersion, supportedAddon } from './addon-rules.ts';
import { updateView } from './addon-view.ts';
import { addonArn, changeableCluster, existingAddon } from './existing.ts';

type Input = UpdateAddonRequest;

/** Changes an add-on. Associations: left out is unchanged, an empty list deletes the add-on's own (facts §1.5). */
export const updateAddon = operation<Input, UpdateAddonResponse>({
  schema: UpdateAddon$,
  mutating: true,
  resource: (call, input) => addonArn(call, input.clusterName, input.addonName),
  run(call, input) {
    const cluster = changeableCluster(call, input.clusterName);
    const before = existingAddon(call, cluster, input.addonName);
    const catalogue = supportedAddon(cluster, before.addonName);
    if (input.addonVersion !== undefined) checkAddonVersion(cluster, catalogue, input.addonVersion);
    const wanted = input.podIdentityAssociations;
    const bindAll = wanted
      ? planAddonAssociations(call, cluster, before, wanted)
      : () => before.associationIds;
    const readyAt = call.now + call.world.switches.get().addonMs;
    const after = {
      ...before,
      addonVersion: input.addonVersion ?? before.addonVersion,
      serviceAccountRoleArn: input.serviceAccountRoleArn ?? before.serviceAccountRoleArn,
      configurationValues: input.configurationValues ?? before.configurationValues,
      status: 'ACTIVE',
      pendingStatus: 'UPDATING',
      readyAt,
      modifiedAt: call.now,
      associationIds: bindAll(),
    };
    cluster.setAddon(before.addonName, after, call.now);
    const update: AddonUpdate = {
      id: newGuid(call.world.random),
      addonName: before.addonName,
      createdAt: call.now,
      readyAt,
      params: paramsOf(input),
    };
    cluster.updates.set(update.id, update);
    return { update: { ...updateView(update, call.now), status: 'InProgress' } };
  },
});

function paramsOf(input: Input): AddonUpdate['params'] {
  const given = {
    AddonVersion: input.addonVersion,
    ServiceAccountRoleArn: input.serviceAccountRoleArn,
    ResolveConflicts: input.resolveConflicts,
    ConfigurationValues: input.configurationValues,
    PodIdentityAssociations: input.podIdentityAssociations && JSON.stringify(input.podIdentityAssociations),
  };
  return Object.entries(given).flatMap(([type, value]) => (value === undefined ? [] : [{ type, value }]));
}
