/** One add-on that the sandbox's EKS offers. */
export interface CatalogueAddon {
  readonly addonName: string;
  readonly type: string;
  /** Where the add-on's own service accounts live. */
  readonly namespace: string;
  /** Newest first; the first is the default. */
  readonly versions: readonly string[];
  /** The first Kubernetes minor version (of 1.x) that the versions are for. */
  readonly sinceMinor: number;
  /** The service accounts that may be bound through the add-on; none means that it takes no pod identity. */
  readonly serviceAccounts: readonly string[];
  readonly requiresIamPermissions: boolean;
}

/** The add-ons that exist here. A small part of AWS's list: README.md says so. */
export const ADDON_CATALOGUE: readonly CatalogueAddon[] = [
  {
    addonName: 'eks-pod-identity-agent',
    type: 'security',
    namespace: 'kube-system',
    versions: ['v1.3.10-eksbuild.1', 'v1.3.9-eksbuild.3', 'v1.3.8-eksbuild.2'],
    sinceMinor: 24,
    serviceAccounts: [],
    requiresIamPermissions: false,
  },
  {
    addonName: 'vpc-cni',
    type: 'networking',
    namespace: 'kube-system',
    versions: ['v1.20.4-eksbuild.1', 'v1.20.3-eksbuild.1'],
    sinceMinor: 24,
    serviceAccounts: ['aws-node'],
    requiresIamPermissions: true,
  },
  {
    addonName: 'coredns',
    type: 'networking',
    namespace: 'kube-system',
    versions: ['v1.12.4-eksbuild.1', 'v1.12.3-eksbuild.1'],
    sinceMinor: 24,
    serviceAccounts: [],
    requiresIamPermissions: false,
  },
  {
    addonName: 'kube-proxy',
    type: 'networking',
    namespace: 'kube-system',
    versions: ['v1.34.1-eksbuild.2', 'v1.34.0-eksbuild.4'],
    sinceMinor: 24,
    serviceAccounts: [],
    requiresIamPermissions: false,
  },
  {
    addonName: 'aws-ebs-csi-driver',
    type: 'storage',
    namespace: 'kube-system',
    versions: ['v1.51.0-eksbuild.1', 'v1.50.1-eksbuild.1'],
    sinceMinor: 24,
    serviceAccounts: ['ebs-csi-controller-sa'],
    requiresIamPermissions: true,
  },
  {
    addonName: 'aws-efs-csi-driver',
    type: 'storage',
    namespace: 'kube-system',
    versions: ['v2.1.13-eksbuild.1', 'v2.1.12-eksbuild.1'],
    sinceMinor: 24,
    serviceAccounts: ['efs-csi-controller-sa'],
    requiresIamPermissions: true,
  },
  {
    addonName: 'amazon-cloudwatch-observability',
    type: 'observability',
    namespace: 'amazon-cloudwatch',
    versions: ['v4.5.0-eksbuild.1', 'v4.4.0-eksbuild.1'],
    sinceMinor: 24,
    serviceAccounts: ['cloudwatch-agent'],
    requiresIamPermissions: true,
  },
];

/** The Kubernetes versions that clusters can have, oldest first. */
export const KUBERNETES_VERSIONS = [
  '1.24',
  '1.25',
  '1.26',
  '1.27',
  '1.28',
  '1.29',
  '1.30',
  '1.31',
  '1.32',
  '1.33',
  '1.34',
] as const satisfies readonly string[];

/** What CreateCluster takes when it is told no version. */
export const DEFAULT_KUBERNETES_VERSION = '1.34';

export function isKubernetesVersion(version: string): boolean {
  return KUBERNETES_VERSIONS.some((known) => known === version);
}

export function catalogueAddon(addonName: string): CatalogueAddon | undefined {
  return ADDON_CATALOGUE.find((addon) => addon.addonName === addonName);
}
