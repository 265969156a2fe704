import type { Association } from './association.ts';
import { invalidRequest } from './eks-errors.ts';

/**
 * An add-on's associations are changed through the add-on only (facts §1.5). What the raw API answers to a direct
 * edit is unknown: it is refused here, as the strictest reading.
 */
export function checkNotOwned(association: Association): void {
  if (association.ownerArn === undefined) return;
  throw invalidRequest(
    `Association ${association.associationId} is owned by ${association.ownerArn} and can only be changed through the addon API.`,
    { clusterName: association.clusterName },
  );
}
