import { createHash } from 'node:crypto';
import type { Cluster } from '@aws-sdk/client-eks';
import type { Call } from '../operation.ts';
import type { ClusterState } from './cluster-state.ts';

/** A cluster as DescribeCluster shows it at a time; `status` is said otherwise by Create and Delete. */
export function clusterView(call: Call, cluster: ClusterState, status = cluster.status(call.asOf)): Cluster {
  // Hexadecimal, as EKS's endpoint and issuer ids are; the same for the same cluster in every run.
  const id = createHash('sha256')
    .update(`${cluster.arn} ${cluster.createdAt}`)
    .digest('hex')
    .slice(0, 32)
    .toUpperCase();
  const { settings } = cluster;
  const isUp = status !== 'CREATING' && status !== 'PENDING';
  return {
    ...settings,
    name: cluster.name,
    arn: cluster.arn,
    createdAt: new Date(cluster.createdAt),
    status: status as NonNullable<Cluster['status']>,
    tags: { ...cluster.tags.at(call.asOf) },
    resourcesVpcConfig: {
      subnetIds: [],
      securityGroupIds: [],
      vpcId: '',
      endpointPublicAccess: true,
      endpointPrivateAccess: false,
      publicAccessCidrs: ['0.0.0.0/0'],
      ...settings.resourcesVpcConfig,
    },
    kubernetesNetworkConfig: {
      serviceIpv4Cidr: '172.20.0.0/16',
      ipFamily: 'ipv4',
      ...settings.kubernetesNetworkConfig,
    },
    accessConfig: { authenticationMode: 'API', ...settings.accessConfig },
    upgradePolicy: settings.upgradePolicy ?? { supportType: 'EXTENDED' },
    logging: settings.logging ?? { clusterLogging: [] },
    health: { issues: [] },
    deletionProtection: settings.deletionProtection ?? false,
    ...(isUp
      ? {
          endpoint: `https://${id}.gr7.${call.region}.eks.amazonaws.com`,
          identity: { oidc: { issuer: `https://oidc.eks.${call.region}.amazonaws.com/id/${id}` } },
          certificateAuthority: { data: Buffer.from(`sandbox ${id}`).toString('base64') },
        }
      : {}),
  };
}
