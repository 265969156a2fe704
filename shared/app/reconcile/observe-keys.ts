import type { ObservedAssociation } from '#shared/domain/association.ts';
import { formatKey, type KeyText, type ServiceAccountKey } from '#shared/domain/key.ts';
import type { Observation } from '#shared/domain/plan.ts';
import type { AppError } from '#shared/ports/app-error.ts';
import type { PodIdentityReader } from '#shared/ports/pod-identity.ts';
import { runBounded } from '../run-bounded.ts';
import { boundsOf, type ClusterObservation, type ObserveInput } from './observe-cluster.ts';
import { worldFailure } from './world-failure.ts';

/** A key to look at, and the association id that somebody named for it. */
export interface KeyHint extends ServiceAccountKey {
  readonly associationId?: string;
  /** Somebody says that what was there, with that id if one is given, is gone: then it is not asked for by it first. */
  readonly gone?: boolean;
}

export interface ObserveKeysInput extends ObserveInput {
  readonly keys: readonly KeyHint[];
}

/**
 * Looks at single keys: describes the id that is known for each, and where that is gone or none is known, asks the
 * listing for the key. One call for a key at the id we know; two or three otherwise. Keys are always described in full.
 */
export async function observeKeys(
  reader: PodIdentityReader,
  input: ObserveKeysInput,
): Promise<ClusterObservation> {
  const observations = new Map<KeyText, Observation>();
  const keys = new Map<KeyText, ServiceAccountKey>();
  let describeFailure: AppError | undefined;
  const found = runBounded(input.keys, boundsOf(input), (hint, signal) =>
    findAssociation(reader, { ...input, call: { ...input.call, signal } }, hint),
  );
  for await (const outcome of found) {
    const { namespace, serviceAccount } = outcome.item;
    const text = formatKey(outcome.item);
    keys.set(text, { namespace, serviceAccount });
    if (outcome.kind === 'done') {
      const association = outcome.result;
      observations.set(text, association ? { kind: 'described', association } : { kind: 'absent' });
      continue;
    }
    const failure = worldFailure(outcome.error);
    observations.set(text, { kind: 'unseen', reason: 'describeFailed', detail: failure.message });
    describeFailure ??= failure;
  }
  return { observations, keys, verifiedBuckets: [], ...(describeFailure ? { describeFailure } : {}) };
}

async function findAssociation(
  reader: PodIdentityReader,
  input: ObserveKeysInput,
  hint: KeyHint,
): Promise<ObservedAssociation | undefined> {
  const remembered = input.memory?.records.get(formatKey(hint))?.associationId;
  const known = hint.gone ? undefined : (hint.associationId ?? remembered);
  if (known !== undefined) {
    const association = await reader.describe(input.cluster, known, input.call);
    if (association && isAt(association, hint)) return association;
  }
  const key = { namespace: hint.namespace, serviceAccount: hint.serviceAccount };
  for await (const page of reader.list(input.cluster, { ...input.call, key })) {
    const summary = page.find((candidate) => isAt(candidate, hint));
    if (summary && summary.associationId !== known) {
      return await reader.describe(input.cluster, summary.associationId, input.call);
    }
  }
  return undefined;
}

/** Exact, whatever the service's filter thinks a match is. */
function isAt(association: ServiceAccountKey, key: ServiceAccountKey): boolean {
  return association.namespace === key.namespace && association.serviceAccount === key.serviceAccount;
}
