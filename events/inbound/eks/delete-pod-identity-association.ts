import { eksSample, SAMPLE_ASSOCIATION } from '../sample-event.ts';
import { associationEvent } from './association-event.ts';

/** Somebody took a role away from a service account. */
export const deletePodIdentityAssociation = associationEvent('DeletePodIdentityAssociation', 'deleted');

export function deletePodIdentityAssociationSample() {
  return eksSample('DeletePodIdentityAssociation', {
    request: { name: 'c1', associationId: 'a-0123456789abcdefg' },
    response: { association: SAMPLE_ASSOCIATION },
  });
}
