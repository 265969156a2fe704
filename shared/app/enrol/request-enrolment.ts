import type { EnrolmentPlace, EnrolmentRequest } from '#shared/domain/registry/enrolment-request.ts';
import { contended } from '../registry/change-item.ts';
import type { Asked, RegistryDeps } from '../registry/registry-deps.ts';

/** Clusters of one account and region that are to be enrolled. */
export interface WantedEnrolment {
  readonly place: EnrolmentPlace;
  /** Only these; absent: every cluster that EKS lists there. */
  readonly names?: readonly string[] | undefined;
  /** Names the request, which is made once then, however often it is asked for. */
  readonly id?: string;
}

/**
 * Asks the hub to enrol clusters: one request for each account and region. Nothing of AWS is read here; the hub does that
 * with its own roles, and writes into the request how it went. Asking again is safe: what is enrolled keeps its mode.
 */
export async function requestEnrolments(
  deps: RegistryDeps,
  wanted: readonly WantedEnrolment[],
  { by, why }: Asked,
): Promise<readonly EnrolmentRequest[]> {
  const requests: EnrolmentRequest[] = [];
  for (const { place, names, id = deps.newId() } of wanted) {
    const at = deps.clock.now();
    const { partition, account, region } = place;
    const request: EnrolmentRequest = {
      type: 'enrolmentRequest',
      version: 0,
      id,
      place: { partition, account, region },
      ...(names ? { names } : {}),
      by,
      why,
      at,
    };
    const detail = `${names?.join(', ') ?? 'all clusters'} of ${account} in ${region}`;
    const answer = await deps.registry.commit({
      id: deps.newId(),
      at,
      put: [request],
      audit: [{ action: 'enrolmentRequested', at, by, why, detail }],
      outbox: [{ type: 'EnrolmentRequested', requestId: id, place: request.place }],
    });
    // Of that name there is one already.
    if (answer === 'conflict') continue;
    if (answer !== 'done') throw contended('enrolment request');
    requests.push({ ...request, version: 1 });
  }
  return requests;
}
