import type { ServiceAccountKey } from './key.ts';
import type { PolicyDocumentText } from './policy-text.ts';

/** The fields of an association that a mapping may wish for, with every default filled in. */
export interface AssociationFields {
  readonly roleArn: string;
  readonly targetRoleArn?: string;
  /** False unless said otherwise; must be true for a session policy (facts §1.4). */
  readonly disableSessionTags: boolean;
  /** Session policy: JSON text, compared as a document and never as text. */
  readonly policy?: PolicyDocumentText;
  /** The managed tag keys with their wanted values. Other tags on the association are none of our business. */
  readonly tags: Readonly<Record<string, string>>;
}

/** What ListPodIdentityAssociations tells: who, never which role (facts §1.2). */
export interface AssociationSummary extends ServiceAccountKey {
  readonly associationId: string;
  readonly associationArn: string;
  /** Set only when an EKS add-on owns the association: then it is never touched (facts §1.5). */
  readonly ownerArn?: string;
}

/** What DescribePodIdentityAssociation tells. */
export interface ObservedAssociation extends AssociationSummary {
  readonly roleArn: string;
  readonly targetRoleArn?: string;
  readonly disableSessionTags: boolean;
  readonly policy?: PolicyDocumentText;
  /** All tags, ours and others'. */
  readonly tags: Readonly<Record<string, string>>;
  readonly externalId?: string;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  /** Epoch milliseconds. Whether a tag edit moves it is unknown (facts §2). */
  readonly modifiedAt: number;
}

/** The fields that one UpdatePodIdentityAssociation can change, in the order in which they are shown. */
export const UPDATABLE_FIELDS = ['roleArn', 'targetRoleArn', 'disableSessionTags', 'policy'] as const;

/**
 * Exactly what to change. A key that is absent stays as it is; `''` clears `targetRoleArn` and `policy`
 * (null and absent leave them unchanged: facts §1.3).
 */
export interface FieldChanges {
  readonly roleArn?: string;
  readonly targetRoleArn?: string;
  readonly disableSessionTags?: boolean;
  readonly policy?: string;
}

/** Tags to set and tag keys to remove; each a call of its own (facts §2). */
export interface TagChanges {
  readonly set: Readonly<Record<string, string>>;
  readonly remove: readonly string[];
}
