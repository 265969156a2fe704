import type { ObservedAssociation } from '#shared/domain/association.ts';
import type { ClusterRef } from '#shared/domain/cluster.ts';
import { INSTALLATION_TAG } from '#shared/domain/ownership.ts';
import type { CallOptions, PodIdentityReader } from '#shared/ports/pod-identity.ts';
import { worldFailure } from './world-failure.ts';

/** What a refusal of access to one association means. */
export type DenialMeaning =
  /** The association is not there any more. */
  | 'gone'
  /** Somebody took our tag off since it was looked at. */
  | 'untagged'
  /** A permission is missing. */
  | 'denied';

/**
 * Our role may change only what bears our tag (`ChangeOurs` in stacks/spoke.yaml). What was deleted, or has lost the
 * tag, bears it no more: EKS then answers that access is denied, where a role without the condition would hear that
 * nothing is there (inferred, facts §4.5). So the association is looked at again before anybody is told of a
 * permission. A look that fails leaves the refusal as it is.
 */
export async function explainDenial(
  reader: PodIdentityReader,
  cluster: ClusterRef,
  observed: ObservedAssociation,
  call: CallOptions,
): Promise<DenialMeaning> {
  try {
    const now = await reader.describe(cluster, observed.associationId, call);
    if (!now) return 'gone';
    return now.tags[INSTALLATION_TAG] === observed.tags[INSTALLATION_TAG] ? 'denied' : 'untagged';
  } catch (error) {
    worldFailure(error);
    return 'denied';
  }
}
