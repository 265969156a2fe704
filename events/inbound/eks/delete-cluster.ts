import { eksSample, SAMPLE_CLUSTER } from '../sample-event.ts';
import { clusterEvent } from './cluster-event.ts';

/** A cluster goes. */
export const deleteCluster = clusterEvent(
  'DeleteCluster',
  'deleted',
  'Retires the cluster once it is gone; its associations went with it.',
);

export function deleteClusterSample() {
  return eksSample('DeleteCluster', {
    request: { name: 'c1' },
    response: { cluster: { ...SAMPLE_CLUSTER, status: 'DELETING' } },
  });
}
