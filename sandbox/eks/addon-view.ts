import type { Addon as AddonOutput, Update } from '@aws-sdk/client-eks';
import type { Addon, AddonUpdate } from './addon.ts';
import type { ClusterState } from './cluster-state.ts';

/** An add-on as DescribeAddon shows it at a time. Its associations are named by ARN (facts §3.2). */
export function addonView(cluster: ClusterState, addon: Addon, asOf: number): AddonOutput {
  const status = asOf < addon.readyAt ? addon.pendingStatus : addon.status;
  return {
    addonName: addon.addonName,
    clusterName: cluster.name,
    status: status as NonNullable<AddonOutput['status']>,
    addonVersion: addon.addonVersion,
    health: { issues: [] },
    addonArn: addon.addonArn,
    createdAt: new Date(addon.createdAt),
    modifiedAt: new Date(addon.modifiedAt),
    serviceAccountRoleArn: addon.serviceAccountRoleArn,
    tags: { ...addon.tags },
    publisher: 'eks',
    owner: 'aws',
    configurationValues: addon.configurationValues,
    podIdentityAssociations: addon.associationIds.map((id) => cluster.associationArn(id)),
    namespaceConfig: { namespace: addon.namespace },
  };
}

/** An update of an add-on as DescribeUpdate shows it at a time. */
export function updateView(update: AddonUpdate, asOf: number): Update {
  return {
    id: update.id,
    status: asOf < update.readyAt ? 'InProgress' : 'Successful',
    type: 'AddonUpdate',
    params: update.params.map(({ type, value }) => ({ type: type as 'AddonVersion', value })),
    createdAt: new Date(update.createdAt),
    errors: [],
  };
}
