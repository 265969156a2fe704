import { type AssociationItem, isEmptyAssociation } from '#shared/domain/registry/association-item.ts';
import type { RegistryCommit } from '#shared/ports/registry/registry-items.ts';

/** Takes an item out when nothing is left in it; nothing to do for one that never was there. */
export function putOrRemove(item: AssociationItem): Pick<RegistryCommit, 'put' | 'remove'> {
  if (!isEmptyAssociation(item)) return { put: [item] };
  return item.version === 0 ? {} : { remove: [item] };
}
