import type { BrakeLedger } from './brake-ledger.ts';
import type { RegistryItems } from './registry-items.ts';
import type { RegistryLists } from './registry-lists.ts';

/** The whole registry. Whatever needs only a part of it asks for that part. */
export interface Registry extends RegistryItems, RegistryLists, BrakeLedger {}
