import { eksSample, SAMPLE_ASSOCIATION } from '../sample-event.ts';
import { associationEvent } from './association-event.ts';

/** Somebody swapped the role, the target role, the session policy or the session tags. */
export const updatePodIdentityAssociation = associationEvent('UpdatePodIdentityAssociation', 'updated');

export function updatePodIdentityAssociationSample() {
  return eksSample('UpdatePodIdentityAssociation', {
    request: {
      name: 'c1',
      associationId: 'a-0123456789abcdefg',
      roleArn: 'arn:aws:iam::111122223333:role/other',
      clientRequestToken: '0b8f5d2e-1c7a-4d39-9a51-7c2f8e6d4b30',
    },
    response: {
      association: {
        ...SAMPLE_ASSOCIATION,
        roleArn: 'arn:aws:iam::111122223333:role/other',
        modifiedAt: 1795168860.5,
      },
    },
  });
}
