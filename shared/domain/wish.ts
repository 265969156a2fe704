import type { AssociationFields } from './association.ts';
import type { KeyText, MappingKey } from './key.ts';
import type { Mode } from './mode.ts';

/** What one cluster should have for one key. No wish at all is another thing: then the map has no entry. */
export type Wish =
  | {
      readonly kind: 'fields';
      readonly fields: AssociationFields;
      readonly mapping: MappingKey;
      /** The revision these fields are of, as text: a number in the registry, a digest for plain manifests. */
      readonly revision: string;
      readonly mode: Mode;
      /** Whether an association that somebody else made may be changed and made ours. */
      readonly takeover: boolean;
    }
  /** The tombstone: somebody approved that there be none. */
  | { readonly kind: 'absent'; readonly mapping: MappingKey; readonly revision: string; readonly mode: Mode }
  /** A wish that cannot be made concrete for this cluster, such as a label that the cluster lacks. */
  | { readonly kind: 'unresolvable'; readonly mapping: MappingKey; readonly problem: string };

/** All wishes for one cluster. */
export type Wishes = ReadonlyMap<KeyText, Wish>;
