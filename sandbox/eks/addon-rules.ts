import { type CatalogueAddon, catalogueAddon } from './addon-catalogue.ts';
import type { ClusterState } from './cluster-state.ts';
import { invalidParameter } from './eks-errors.ts';

/** The add-on of the catalogue that a cluster may have; 400 otherwise. */
export function supportedAddon(cluster: ClusterState, addonName: string): CatalogueAddon {
  const addon = catalogueAddon(addonName);
  if (addon) return addon;
  throw invalidParameter(
    `Addon ${addonName} specified is not supported in ${cluster.settings.version} kubernetes version`,
    { clusterName: cluster.name, addonName },
  );
}

/** Checks that the catalogue has this version of an add-on. */
export function checkAddonVersion(cluster: ClusterState, addon: CatalogueAddon, addonVersion: string): void {
  if (addon.versions.includes(addonVersion)) return;
  throw invalidParameter('Addon version specified is not supported', {
    clusterName: cluster.name,
    addonName: addon.addonName,
  });
}
