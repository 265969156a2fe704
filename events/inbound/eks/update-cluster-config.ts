import { eksSample } from '../sample-event.ts';
import { clusterEvent } from './cluster-event.ts';

/** A cluster is set up otherwise. */
export const updateClusterConfig = clusterEvent(
  'UpdateClusterConfig',
  'configured',
  'Reads the cluster again: access, Auto Mode and with it the agent may have changed.',
);

export function updateClusterConfigSample() {
  return eksSample('UpdateClusterConfig', {
    request: {
      name: 'c1',
      computeConfig: { enabled: true },
      clientRequestToken: '0b8f5d2e-1c7a-4d39-9a51-7c2f8e6d4b30',
    },
    response: {
      update: {
        id: '3d1f0a52-9a53-4f2e-8a44-1b9e2c7d5f60',
        status: 'InProgress',
        type: 'AutoModeUpdate',
        params: [],
        createdAt: 1795168860.5,
        errors: [],
      },
    },
  });
}
