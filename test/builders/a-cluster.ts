import { type Cluster, type ClusterRef, clusterArn } from '#shared/domain/cluster.ts';

const CREATED_AT = 1_780_000_000_000;

/** An active cluster `prod-1` in account 111122223333, eu-west-1; its ARN follows from what is given. */
export function aCluster(given: Partial<Cluster> = {}): Cluster {
  const ref: ClusterRef = {
    partition: given.partition ?? 'aws',
    account: given.account ?? '111122223333',
    region: given.region ?? 'eu-west-1',
    name: given.name ?? 'prod-1',
  };
  return {
    arn: clusterArn(ref),
    createdAt: CREATED_AT,
    status: 'ACTIVE',
    version: '1.34',
    platformVersion: 'eks.4',
    clusterSet: 'default',
    labels: {},
    mode: 'enforce',
    autoMode: false,
    ...given,
    ...ref,
  };
}
