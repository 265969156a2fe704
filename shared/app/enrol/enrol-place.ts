import type { PlaceMessage } from '#events/messages/enrol-message.ts';
import type { EnrolmentRequest } from '#shared/domain/registry/enrolment-request.ts';
import { AppError } from '#shared/ports/app-error.ts';
import type { Clusters } from '#shared/ports/clusters.ts';
import type { MessageSender } from '#shared/ports/messages.ts';
import type { CallOptions } from '#shared/ports/pod-identity.ts';
import { toEnrolQueue } from '../drift/outgoing.ts';
import { changeItem } from '../registry/change-item.ts';
import type { RegistryDeps } from '../registry/registry-deps.ts';

export interface EnrolPlaceDeps extends RegistryDeps {
  readonly clusters: Pick<Clusters, 'list'>;
  readonly enrolQueue: MessageSender;
}

export type PlaceAnswer =
  | { readonly kind: 'listed'; readonly clusters: number }
  /** Written into the request: whoever asked has to mend something. */
  | { readonly kind: 'failed'; readonly code: string }
  /** The request is gone, or was never there. */
  | { readonly kind: 'dropped' };

/**
 * Finds out which clusters a request is about, and has each of them enrolled by a message of its own, so that one that
 * cannot be does not hold up the others. Safe to repeat: which clusters those are is found out once.
 *
 * A place that could not be read is a problem of the request, and never a place without clusters. Rejects with
 * `AppError` what may go well later.
 */
export async function enrolPlace(
  deps: EnrolPlaceDeps,
  { requestId, place }: PlaceMessage,
  call: CallOptions = {},
): Promise<PlaceAnswer> {
  const [request] = await deps.registry.get([{ type: 'enrolmentRequest', id: requestId }], call);
  if (!request) return { kind: 'dropped' };
  let names = request.clusters;
  if (names === undefined) {
    try {
      names = request.names ?? (await listed(deps, request, call));
    } catch (error) {
      return await noteProblem(deps, requestId, error);
    }
    await update(deps, requestId, { clusters: names, problem: undefined });
  }
  const { by, why, at } = request;
  const messages = names.map((name) =>
    toEnrolQueue({
      version: 1,
      cluster: { ...place, name },
      change: 'asked',
      at,
      request: { id: requestId, by, why },
    }),
  );
  if (messages.length > 0) await deps.enrolQueue.send(messages, call);
  return { kind: 'listed', clusters: names.length };
}

async function listed(
  { clusters }: EnrolPlaceDeps,
  { place }: EnrolmentRequest,
  call: CallOptions,
): Promise<readonly string[]> {
  const names: string[] = [];
  for await (const page of clusters.list(place, call)) names.push(...page);
  return names;
}

/** What may go well later is tried again by the queue; in the meantime whoever asked can see why it is not done. */
async function noteProblem(deps: EnrolPlaceDeps, requestId: string, error: unknown): Promise<PlaceAnswer> {
  if (!(error instanceof AppError)) throw error;
  const { code, message, retryable } = error;
  await update(deps, requestId, { problem: { code, message, at: deps.clock.now(), final: !retryable } });
  if (retryable) throw error;
  return { kind: 'failed', code };
}

async function update(
  deps: EnrolPlaceDeps,
  id: string,
  news: {
    readonly clusters?: readonly string[];
    readonly problem: EnrolmentRequest['problem'] | undefined;
  },
): Promise<void> {
  await changeItem(deps, { type: 'enrolmentRequest', id }, (request) => {
    // Another delivery of the same message was faster.
    if (!request || request.clusters !== undefined) return undefined;
    const { problem: _, ...rest } = request;
    const { clusters, problem } = news;
    return { put: [{ ...rest, ...(clusters ? { clusters } : {}), ...(problem ? { problem } : {}) }] };
  });
}
