import type { ClusterRef } from '../cluster.ts';
import type { Mode } from '../mode.ts';

/** An account and region whose clusters somebody wants enrolled. */
export type EnrolmentPlace = Omit<ClusterRef, 'name'>;

/** Why it is not known which clusters there are. */
export interface EnrolmentProblem {
  readonly code: string;
  readonly message: string;
  /** Epoch milliseconds. */
  readonly at: number;
  /** It is not tried again by itself: whoever asked has to mend something, and ask again. */
  readonly final: boolean;
}

/** Somebody asked for clusters to be enrolled. It stays for a month, with how each of them ended. */
export interface EnrolmentRequest {
  readonly type: 'enrolmentRequest';
  readonly version: number;
  readonly id: string;
  readonly place: EnrolmentPlace;
  /** Only these; absent: every cluster that EKS lists there. */
  readonly names?: readonly string[];
  readonly by: string;
  readonly why: string;
  /** Epoch milliseconds. */
  readonly at: number;
  /** The names of the clusters that are looked at. Absent until that is known; empty when EKS lists none. */
  readonly clusters?: readonly string[];
  readonly problem?: EnrolmentProblem;
}

/**
 * `enrolled`: first contact; `known`: it was before, and keeps its mode; `waiting`: EKS or we are still at it; `retrying`:
 * it failed and is tried again; `missing`: EKS has no such cluster; `failed`: it is not tried again.
 */
export type EnrolmentState = 'enrolled' | 'known' | 'waiting' | 'retrying' | 'missing' | 'failed';

/** How far one cluster of a request has come. */
export interface EnrolmentOutcome {
  readonly type: 'enrolmentOutcome';
  readonly version: number;
  readonly requestId: string;
  readonly clusterArn: string;
  readonly state: EnrolmentState;
  readonly mode?: Mode;
  /** The enrolment rule that chose the mode. */
  readonly rule?: string;
  /** The error's code. */
  readonly code?: string;
  readonly detail?: string;
  /** Epoch milliseconds. */
  readonly at: number;
}

/** What an outcome says, without whose it is and when. */
export type EnrolmentNews = Pick<EnrolmentOutcome, 'state' | 'mode' | 'rule' | 'code' | 'detail'>;

const OVER: ReadonlySet<EnrolmentState> = new Set(['enrolled', 'known', 'missing', 'failed']);

/** Whether nothing more happens to the cluster for this request. */
function isOver({ state }: Pick<EnrolmentOutcome, 'state'>): boolean {
  return OVER.has(state);
}

/**
 * The outcome after news; `undefined` when it says nothing new. A message that comes twice finds a cluster that it has
 * enrolled itself: that was first contact all the same.
 */
export function withNews(
  before: EnrolmentOutcome | undefined,
  of: Pick<EnrolmentOutcome, 'requestId' | 'clusterArn'>,
  news: EnrolmentNews,
  at: number,
): EnrolmentOutcome | undefined {
  if (before?.state === 'enrolled' && news.state === 'known') return undefined;
  const { requestId, clusterArn } = of;
  return { type: 'enrolmentOutcome', version: before?.version ?? 0, requestId, clusterArn, ...news, at };
}

/** Whether nothing more happens for the request: every cluster has ended, or it will not be known which there are. */
export function isRequestOver(
  request: Pick<EnrolmentRequest, 'clusters' | 'problem'>,
  outcomes: readonly (Pick<EnrolmentOutcome, 'state'> | undefined)[],
): boolean {
  if (request.clusters === undefined) return request.problem?.final ?? false;
  return (
    outcomes.length === request.clusters.length && outcomes.every((outcome) => outcome && isOver(outcome))
  );
}
