import { CreateAddon$, type CreateAddonRequest, type CreateAddonResponse } from '@aws-sdk/client-eks';
import { operation } from '../operation.ts';
import type { Addon } from './addon.ts';
import { planAddonAssociations } from './addon-associations.ts';
import { checkAddonVersion, supportedAddon } from './addon-rules.ts';
import { addonView } from './addon-view.ts';
import { invalidParameter, resourceInUse } from './eks-errors.ts';
import { changeableCluster, clusterArn, present } from './existing.ts';
import { checkTags } from './tag-rules.ts';

/** Installs an add-on, with the associations that it is to own; it is ACTIVE after the switch `addonMs`. */
export const createAddon = operation<CreateAddonRequest, CreateAddonResponse>({
  schema: CreateAddon$,
  mutating: true,
  resource: (call, input) => clusterArn(call, input.clusterName),
  run(call, input) {
    const cluster = changeableCluster(call, input.clusterName);
    const addonName = present(input.addonName);
    const catalogue = supportedAddon(cluster, addonName);
    const addonVersion = input.addonVersion ?? catalogue.versions[0] ?? '';
    checkAddonVersion(cluster, catalogue, addonVersion);
    checkTags(input.tags ?? {}, invalidParameter);
    if (cluster.addons.get(addonName)?.at(call.now)) {
      throw resourceInUse('Addon already exists.', { clusterName: cluster.name, addonName });
    }
    const addon: Addon = {
      addonName,
      addonVersion,
      addonArn: cluster.newAddonArn(addonName),
      status: 'ACTIVE',
      pendingStatus: 'CREATING',
      readyAt: call.now + call.world.switches.get().addonMs,
      createdAt: call.now,
      modifiedAt: call.now,
      tags: input.tags ?? {},
      namespace: input.namespaceConfig?.namespace ?? catalogue.namespace,
      associationIds: [],
      serviceAccountRoleArn: input.serviceAccountRoleArn,
      configurationValues: input.configurationValues,
    };
    const bindAll = planAddonAssociations(call, cluster, addon, input.podIdentityAssociations ?? []);
    const installed = { ...addon, associationIds: bindAll() };
    cluster.setAddon(addonName, installed, call.now);
    return { addon: { ...addonView(cluster, installed, call.now), status: 'CREATING' } };
  },
});
