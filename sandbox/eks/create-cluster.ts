import { CreateCluster$, type CreateClusterRequest, type CreateClusterResponse } from '@aws-sdk/client-eks';
import { operation } from '../operation.ts';
import { DEFAULT_KUBERNETES_VERSION, isKubernetesVersion } from './addon-catalogue.ts';
import type { ClusterSettings } from './cluster-state.ts';
import { clusterView } from './cluster-view.ts';
import { invalidParameter, resourceInUse } from './eks-errors.ts';
import { clusterArn, present } from './existing.ts';
import { checkTags } from './tag-rules.ts';

type Input = CreateClusterRequest;

const NAME = '^[0-9A-Za-z][A-Za-z0-9\\-_]*$';
const LONGEST_NAME = 100;

/** Makes a cluster that is ACTIVE after the switch `clusterCreateMs`. Role and network are kept, not looked up. */
export const createCluster = operation<Input, CreateClusterResponse>({
  schema: CreateCluster$,
  mutating: true,
  resource: (call, input) => clusterArn(call, input.name),
  run(call, input) {
    const name = present(input.name);
    checkInput(name, input);
    const eks = call.world.eks(call.account, call.region);
    if (eks.cluster(name, call.now)) {
      throw resourceInUse(`Cluster already exists with name: ${name}`, { clusterName: name });
    }
    const cluster = eks.startCluster({
      name,
      createdAt: call.now,
      activeAt: call.now + call.world.switches.get().clusterCreateMs,
      status: 'ACTIVE',
      settings: settingsOf(input),
      tags: input.tags ?? {},
    });
    return { cluster: clusterView(call, cluster, 'CREATING') };
  },
});

function checkInput(name: string, input: Input): void {
  if (!new RegExp(NAME).test(name)) {
    throw invalidParameter(
      `The parameter name contains invalid characters. It should conform to the regular expression "${NAME}"`,
      { clusterName: name },
    );
  }
  if (name.length > LONGEST_NAME) {
    throw invalidParameter(`The parameter name should be at most ${LONGEST_NAME} characters long.`);
  }
  if (input.version !== undefined && !isKubernetesVersion(input.version)) {
    throw invalidParameter('unsupported Kubernetes version', { clusterName: name });
  }
  checkTags(input.tags ?? {}, invalidParameter);
}

function settingsOf(input: Input): ClusterSettings {
  const { roleArn, resourcesVpcConfig, encryptionConfig, accessConfig, upgradePolicy, computeConfig } = input;
  const { kubernetesNetworkConfig, logging, storageConfig, remoteNetworkConfig, zonalShiftConfig } = input;
  const { ipFamily, serviceIpv4Cidr, elasticLoadBalancing } = kubernetesNetworkConfig ?? {};
  return {
    version: input.version ?? DEFAULT_KUBERNETES_VERSION,
    platformVersion: 'eks.9',
    roleArn,
    resourcesVpcConfig,
    ...(kubernetesNetworkConfig
      ? {
          kubernetesNetworkConfig: {
            ...(ipFamily ? { ipFamily } : {}),
            ...(serviceIpv4Cidr ? { serviceIpv4Cidr } : {}),
            ...(elasticLoadBalancing ? { elasticLoadBalancing } : {}),
          },
        }
      : {}),
    logging,
    encryptionConfig,
    ...(accessConfig?.authenticationMode
      ? { accessConfig: { authenticationMode: accessConfig.authenticationMode } }
      : {}),
    upgradePolicy,
    computeConfig,
    storageConfig,
    remoteNetworkConfig,
    zonalShiftConfig,
    deletionProtection: input.deletionProtection,
  };
}
