import { eksSample } from '../sample-event.ts';
import { addonEvent } from './addon-event.ts';

/** An add-on changes, and maybe its associations. */
export const updateAddon = addonEvent('UpdateAddon');

export function updateAddonSample() {
  return eksSample('UpdateAddon', {
    request: {
      resolveConflicts: 'PRESERVE',
      addonName: 'aws-ebs-csi-driver',
      clientRequestToken: '0b8f5d2e-1c7a-4d39-9a51-7c2f8e6d4b30',
      name: 'c1',
    },
    response: {
      update: {
        id: '3d1f0a52-9a53-4f2e-8a44-1b9e2c7d5f60',
        status: 'InProgress',
        type: 'AddonUpdate',
        params: [],
        createdAt: 1795168860.5,
        errors: [],
      },
    },
  });
}
