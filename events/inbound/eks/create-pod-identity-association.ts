import { eksSample, SAMPLE_ASSOCIATION } from '../sample-event.ts';
import { associationEvent } from './association-event.ts';

/** Somebody bound a role to a service account. */
export const createPodIdentityAssociation = associationEvent('CreatePodIdentityAssociation', 'created');

export function createPodIdentityAssociationSample() {
  return eksSample('CreatePodIdentityAssociation', {
    request: {
      name: 'c1',
      namespace: 'payments',
      serviceAccount: 'api',
      roleArn: SAMPLE_ASSOCIATION.roleArn,
      clientRequestToken: '0b8f5d2e-1c7a-4d39-9a51-7c2f8e6d4b30',
    },
    response: { association: SAMPLE_ASSOCIATION },
  });
}
