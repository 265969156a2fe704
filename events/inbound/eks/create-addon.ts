import { eksSample, SAMPLE_ADDON } from '../sample-event.ts';
import { addonEvent } from './addon-event.ts';

/** An add-on comes, maybe with associations of its own. */
export const createAddon = addonEvent('CreateAddon');

export function createAddonSample() {
  return eksSample('CreateAddon', {
    request: {
      name: 'c1',
      addonName: 'aws-ebs-csi-driver',
      podIdentityAssociations: [
        { serviceAccount: 'ebs-csi-controller-sa', roleArn: 'arn:aws:iam::111122223333:role/ebs-csi' },
      ],
      clientRequestToken: '0b8f5d2e-1c7a-4d39-9a51-7c2f8e6d4b30',
    },
    response: { addon: { ...SAMPLE_ADDON, status: 'CREATING' } },
  });
}
