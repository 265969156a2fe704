import {
  type AddonInfo,
  DescribeAddonVersions$,
  type DescribeAddonVersionsRequest,
  type DescribeAddonVersionsResponse,
} from '@aws-sdk/client-eks';
import { operation } from '../operation.ts';
import { ADDON_CATALOGUE, type CatalogueAddon, KUBERNETES_VERSIONS } from './addon-catalogue.ts';
import { nextToken, pageRequest } from './paging.ts';

type Input = DescribeAddonVersionsRequest;

/** The add-ons that there are, and for which Kubernetes versions. */
export const describeAddonVersions = operation<Input, DescribeAddonVersionsResponse>({
  schema: DescribeAddonVersions$,
  mutating: false,
  run(call, input) {
    const list = ['addon-versions', call.account, call.region, input.addonName, input.kubernetesVersion];
    const { from, limit } = pageRequest(list, input.maxResults, input.nextToken);
    const found = ADDON_CATALOGUE.filter((addon) => isWanted(addon, input));
    const next = from + limit;
    return {
      addons: found.slice(from, next).map((addon) => infoOf(addon, input.kubernetesVersion)),
      nextToken: nextToken(list, next < found.length ? next : undefined),
    };
  },
});

function isWanted(addon: CatalogueAddon, input: Input): boolean {
  return (
    (input.addonName === undefined || input.addonName === addon.addonName) &&
    (input.types?.includes(addon.type) ?? true) &&
    (input.publishers?.includes('eks') ?? true) &&
    (input.owners?.includes('aws') ?? true)
  );
}

function infoOf(addon: CatalogueAddon, kubernetesVersion: string | undefined): AddonInfo {
  const clusterVersions = KUBERNETES_VERSIONS.filter(
    (version) =>
      Number(version.slice(2)) >= addon.sinceMinor &&
      (kubernetesVersion === undefined || kubernetesVersion === version),
  );
  return {
    addonName: addon.addonName,
    type: addon.type,
    publisher: 'eks',
    owner: 'aws',
    defaultNamespace: addon.namespace,
    addonVersions: addon.versions.map((addonVersion, i) => ({
      addonVersion,
      architecture: ['amd64', 'arm64'],
      computeTypes: ['ec2', 'hybrid'],
      compatibilities: clusterVersions.map((clusterVersion) => ({
        clusterVersion,
        platformVersions: ['*'],
        defaultVersion: i === 0,
      })),
      requiresConfiguration: false,
      requiresIamPermissions: addon.requiresIamPermissions,
    })),
  };
}
