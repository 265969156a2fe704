import { createHash } from 'node:crypto';
import { type ClusterRef, clusterArn } from '#shared/domain/cluster.ts';
import { formatKey, type ServiceAccountKey } from '#shared/domain/key.ts';

/** What makes two attempts the same attempt. */
export interface Attempt {
  readonly cluster: ClusterRef;
  readonly key: ServiceAccountKey;
  readonly operation: 'create' | 'update';
  /** The desired revision's number, or without a registry a digest of the fields wanted. */
  readonly desiredRevision: string | number;
  /** The association as it was seen when the attempt was decided on; absent when there was none. */
  readonly observed?: { readonly associationId: string; readonly modifiedAt: number } | undefined;
  /** Names one convergence of one key. Tried again within it: the same; begun again later: another. */
  readonly episode: string;
}

/**
 * The `clientRequestToken` of a write: the same for a retry of one attempt, so that EKS answers a write whose answer
 * was lost instead of doing it twice, and another as soon as anything that it was decided from is different.
 * A new episode needs a new token too: EKS would answer an old token with its old answer, for how long is unknown
 * (facts §1.3), although somebody may have changed the association since.
 *
 * 64 hexadecimal digits; EKS's own limit is unknown, its SDKs send 36 characters.
 */
export function idempotencyToken(attempt: Attempt): string {
  const observed = attempt.observed ? [attempt.observed.associationId, attempt.observed.modifiedAt] : null;
  // JSON keeps the parts apart: no two lists of parts have the same text.
  const text = JSON.stringify([
    attempt.operation,
    clusterArn(attempt.cluster),
    formatKey(attempt.key),
    attempt.desiredRevision,
    observed,
    attempt.episode,
  ]);
  return createHash('sha256').update(text).digest('hex');
}
