import type { AssociationFields } from './association.ts';
import type { ReportedFinding } from './decision.ts';
import type { KeyText } from './key.ts';

/**
 * What we remember of one key of one cluster. Without it nothing is known of earlier looks; a record that is
 * missing never means that nothing is there.
 */
export interface AssociationRecord {
  readonly associationId: string;
  readonly ownerArn?: string;
  /** How the association came to be ours; `seen` is not ours at all. */
  readonly origin: 'created' | 'adopted' | 'seen';
  /** What an association that is not ours was reported as. */
  readonly finding?: ReportedFinding;
  /** Who seemed to own it then. */
  readonly owner?: string;
  /** It bore our tag then, and nothing else said that it was ours. */
  readonly unproven?: true;
  /** Digest of the wish that the association was last seen to equal; absent when it differed. */
  readonly matchedWish?: string;
  /** Tag keys that we set and may therefore remove. */
  readonly managedTagKeys?: readonly string[];
  /** Epoch milliseconds of our last successful or possibly successful write. */
  readonly lastWriteAt?: number;
  /** The revision of the wish that it was last seen to equal; kept where somebody reads it (`Memory.keepsStatus`). */
  readonly observedRevision?: string;
  /** What was seen where that is not what is wished for; kept where somebody reads it. */
  readonly observed?: SeenFields;
}

/** The fields of an association that was seen and not wished for; its tags are told by the drift alone. */
export type SeenFields = Omit<AssociationFields, 'tags'>;

/** What we remember of a cluster. */
export interface ClusterMemory {
  /** The creation time of the cluster that was seen: another one is first contact, whatever its name. */
  readonly clusterCreatedAt: number;
  readonly records: ReadonlyMap<KeyText, AssociationRecord>;
  /** Epoch milliseconds when each verification bucket was last described in full; 0 for never. */
  readonly bucketsVerifiedAt: readonly number[];
}
