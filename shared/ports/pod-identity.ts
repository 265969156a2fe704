import type {
  AssociationFields,
  AssociationSummary,
  FieldChanges,
  ObservedAssociation,
} from '#shared/domain/association.ts';
import type { ClusterRef } from '#shared/domain/cluster.ts';
import type { ServiceAccountKey } from '#shared/domain/key.ts';
import type { CallCounter } from './calls.ts';

/** Every call may be given up; the promise then rejects with `AppError` `cancelled`. */
export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
  /** Also counts the attempts of this call, so that one cluster's share of the calls can be told apart. */
  readonly counter?: CallCounter | undefined;
}

/**
 * Reads the associations of a cluster.
 *
 * Reads are eventually consistent: "several seconds" after a write they may still tell the old state (facts §1.5).
 * Fails with `AppError`: `cluster.notFound`, `aws.accessDenied`, `aws.throttled`, `aws.unavailable`, `aws.timeout`,
 * `aws.credentials`, `aws.malformedAnswer`, `aws.refused`, `cancelled`.
 */
export interface PodIdentityReader {
  /**
   * Pages of at most 100, in EKS's own order. A page that fails rejects the iteration: what came before is then
   * only a part, and nothing may be concluded from what is not in it.
   */
  list(
    cluster: ClusterRef,
    options?: CallOptions & { readonly key?: ServiceAccountKey },
  ): AsyncIterable<readonly AssociationSummary[]>;

  /** The whole association, or `undefined` when there is none of that id (it may be gone since it was listed). */
  describe(
    cluster: ClusterRef,
    associationId: string,
    options?: CallOptions,
  ): Promise<ObservedAssociation | undefined>;
}

/** What EKS may answer to a write that it understood and did not carry out (facts §1.4). */
export type RoleRefusal =
  /** `Role provided in the request does not exist.`: never made, or made seconds ago and not seen by EKS yet. */
  | { readonly kind: 'roleNotFound' }
  /** `Trust policy of the role provided is invalid.`: lacks pods.eks.amazonaws.com, or sts:TagSession. */
  | { readonly kind: 'trustPolicyInvalid' }
  /** `Cross-account pass role is not allowed.`: `roleArn` must be in the cluster's account. */
  | { readonly kind: 'roleInOtherAccount' }
  /** Any other refusal that trying again cannot change. */
  | { readonly kind: 'invalid'; readonly message: string };

export type CreateAnswer =
  | { readonly kind: 'created'; readonly association: ObservedAssociation }
  /** There is an association for this key already; its id where EKS named it. */
  | { readonly kind: 'exists'; readonly associationId?: string }
  | { readonly kind: 'limitExceeded' }
  | RoleRefusal;

export type UpdateAnswer =
  | { readonly kind: 'updated'; readonly association: ObservedAssociation }
  | { readonly kind: 'gone' }
  | RoleRefusal;

export type DeleteAnswer = { readonly kind: 'deleted' } | { readonly kind: 'gone' };
export type TagAnswer = { readonly kind: 'done' } | { readonly kind: 'gone' };

/**
 * Writes associations. Fails as the reader does. A rejected write may have happened: the answer may be what was
 * lost. Calling again with the same token is safe; calling with a new one is a new attempt.
 */
export interface PodIdentityWriter {
  create(
    cluster: ClusterRef,
    key: ServiceAccountKey,
    fields: AssociationFields,
    options: CallOptions & { readonly token: string },
  ): Promise<CreateAnswer>;

  /** Changes exactly the fields given; at least one must be. Tags are not among them: see `tag` and `untag`. */
  update(
    cluster: ClusterRef,
    associationId: string,
    changes: FieldChanges,
    options: CallOptions & { readonly token: string },
  ): Promise<UpdateAnswer>;

  delete(cluster: ClusterRef, associationId: string, options?: CallOptions): Promise<DeleteAnswer>;

  /** Merges: tags that are not named stay (facts §2). Idempotent. */
  tag(
    cluster: ClusterRef,
    associationArn: string,
    tags: Readonly<Record<string, string>>,
    options?: CallOptions,
  ): Promise<TagAnswer>;

  /** Removes the tag keys; keys that are not there are no error. Idempotent. */
  untag(
    cluster: ClusterRef,
    associationArn: string,
    tagKeys: readonly string[],
    options?: CallOptions,
  ): Promise<TagAnswer>;
}
