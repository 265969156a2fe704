import { clusterArn } from '#shared/domain/cluster.ts';
import {
  type EnrolmentOutcome,
  type EnrolmentRequest,
  isRequestOver,
} from '#shared/domain/registry/enrolment-request.ts';
import type { CallOptions } from '#shared/ports/pod-identity.ts';
import type { RegistryDeps } from '../registry/registry-deps.ts';

/** A request with how far each of its clusters has come. */
export interface EnrolmentProgress {
  readonly request: EnrolmentRequest;
  /** By name, in the order of the request; without an outcome nothing has happened yet. */
  readonly clusters: readonly { readonly name: string; readonly outcome: EnrolmentOutcome | undefined }[];
  /** Nothing more happens for it. */
  readonly over: boolean;
}

/** How far requests have come, in their order. One that the registry no longer has is left out. */
export async function readEnrolments(
  deps: Pick<RegistryDeps, 'registry'>,
  ids: readonly string[],
  options?: CallOptions,
): Promise<readonly EnrolmentProgress[]> {
  const refs = ids.map((id) => ({ type: 'enrolmentRequest' as const, id }));
  const requests = await deps.registry.get(refs, options);
  const progress: EnrolmentProgress[] = [];
  for (const request of requests) if (request) progress.push(await progressOf(deps, request, options));
  return progress;
}

/** How far one request has come. */
export async function progressOf(
  deps: Pick<RegistryDeps, 'registry'>,
  request: EnrolmentRequest,
  options?: CallOptions,
): Promise<EnrolmentProgress> {
  const names = request.clusters ?? [];
  const refs = names.map((name) => ({
    type: 'enrolmentOutcome' as const,
    requestId: request.id,
    clusterArn: clusterArn({ ...request.place, name }),
  }));
  const outcomes = refs.length === 0 ? [] : await deps.registry.get(refs, options);
  const clusters = names.map((name, index) => ({ name, outcome: outcomes[index] }));
  return { request, clusters, over: isRequestOver(request, outcomes) };
}
