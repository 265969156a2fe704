import { eksSample, SAMPLE_CLUSTER } from '../sample-event.ts';
import { clusterEvent } from './cluster-event.ts';

/** A cluster comes; maybe under the name of one that went. */
export const createCluster = clusterEvent(
  'CreateCluster',
  'created',
  'Waits until the cluster is ACTIVE, then enrols it.',
);

export function createClusterSample() {
  return eksSample('CreateCluster', {
    request: {
      name: 'c1',
      version: '1.34',
      roleArn: SAMPLE_CLUSTER.roleArn,
      resourcesVpcConfig: { subnetIds: ['subnet-0a1b2c3d'] },
      clientRequestToken: '0b8f5d2e-1c7a-4d39-9a51-7c2f8e6d4b30',
    },
    response: { cluster: { ...SAMPLE_CLUSTER, status: 'CREATING' } },
  });
}
