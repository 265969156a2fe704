import type { JsonObject } from '../read/json.ts';
import { SAMPLE_ACCOUNT, SAMPLE_ADDON } from '../sample-event.ts';
import { addonNotification } from './addon-notification.ts';

/** The detail types of EKS's own events about add-ons (facts §6.5). It sends none for clusters or associations. */
export const addonNotifications = [
  'EKS Addon Creation Succeeded',
  'EKS Addon Creation Failed',
  'EKS Addon Update Succeeded',
  'EKS Addon Update Failed',
  'EKS Addon Deletion Succeeded',
  'EKS Addon Deletion Failed',
  'EKS Addon Health Degraded',
  'EKS Addon Health Restored',
].map(addonNotification);

/** The detail's keys are made up: none is documented. */
export function addonNotificationSample(detailType: string): JsonObject {
  return {
    version: '0',
    id: '7e1c9f60-5b0d-4c5e-8f0a-2d3b4c5d6e7f',
    'detail-type': detailType,
    source: 'aws.eks',
    account: SAMPLE_ACCOUNT,
    time: '2026-11-20T10:00:00Z',
    region: 'eu-west-1',
    resources: [SAMPLE_ADDON.addonArn],
    detail: { clusterName: 'c1', addonName: SAMPLE_ADDON.addonName, status: 'ACTIVE' },
  };
}
