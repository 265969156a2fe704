import { eksSample, SAMPLE_ADDON } from '../sample-event.ts';
import { addonEvent } from './addon-event.ts';

/** An add-on goes, and its associations with it. */
export const deleteAddon = addonEvent('DeleteAddon');

export function deleteAddonSample() {
  return eksSample('DeleteAddon', {
    request: { name: 'c1', addonName: 'aws-ebs-csi-driver' },
    response: { addon: { ...SAMPLE_ADDON, status: 'DELETING' } },
  });
}
