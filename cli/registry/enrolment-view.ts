import type { EnrolmentProgress } from '#shared/app/enrol/read-enrolment.ts';
import type {
  EnrolmentOutcome,
  EnrolmentRequest,
  EnrolmentState,
} from '#shared/domain/registry/enrolment-request.ts';
import { whoText } from '#shared/domain/who-text.ts';
import { ageText } from '../text/age-text.ts';
import type { Tone } from '../text/style.ts';
import { cellOf, type ListView } from './list-view.ts';
import { plainDocument } from './plain-document.ts';

/** One cluster that somebody asked to be enrolled, or an account and region of which it is not known which there are. */
export interface EnrolmentRow {
  readonly request: EnrolmentRequest;
  /** Absent where the clusters are not known. */
  readonly cluster?: string;
  readonly state: RowState;
  readonly outcome?: EnrolmentOutcome | undefined;
}

/**
 * Beside the states of clusters: `asked`: the hub has not taken it up; `unreadable`: the place could not be read, which is
 * not to have no clusters; `empty`: EKS lists none there.
 */
export type RowState = EnrolmentState | 'asked' | 'unreadable' | 'empty';

export const ENROLMENT_VIEW: ListView<EnrolmentRow> = {
  kind: 'Enrolment',
  plural: 'enrolments that were asked for within a month',
  columns: [
    { title: 'CLUSTER', cell: ({ cluster }) => cellOf(cluster) },
    { title: 'ACCOUNT', cell: ({ request }) => ({ text: request.place.account }) },
    { title: 'REGION', cell: ({ request }) => ({ text: request.place.region }) },
    { title: 'RESULT', cell: ({ state }) => ({ text: STATE_WORDS[state], tone: STATE_TONES[state] }) },
    { title: 'MODE', cell: ({ outcome }) => cellOf(outcome?.mode) },
    { title: 'ASKED', cell: ({ request }, now) => ({ text: `${ageText(now - request.at)} ago` }) },
    { title: 'DETAIL', shrinkTo: 24, cell: (row) => cellOf(detailOf(row)) },
    { title: 'BY', wide: true, shrinkTo: 12, cell: ({ request }) => ({ text: whoText(request.by) }) },
    { title: 'WHY', wide: true, shrinkTo: 20, cell: ({ request }) => ({ text: request.why }) },
    { title: 'REQUEST', wide: true, cell: ({ request }) => ({ text: request.id }) },
  ],
  name: ({ request, cluster }) =>
    [request.place.account, request.place.region, ...(cluster === undefined ? [] : [cluster])].join('/'),
  document: documentOf,
};

export const STATE_WORDS: Readonly<Record<RowState, string>> = {
  enrolled: 'enrolled',
  known: 'known before',
  waiting: 'waiting',
  retrying: 'failed, tried again',
  missing: 'no such cluster',
  failed: 'FAILED',
  asked: 'asked for',
  unreadable: 'NOT READ',
  empty: 'no clusters',
};

export const STATE_TONES: Readonly<Partial<Record<RowState, Tone>>> = {
  enrolled: 'good',
  waiting: 'update',
  retrying: 'delete',
  missing: 'delete',
  failed: 'delete',
  unreadable: 'delete',
};

/** A request as rows: one for each cluster that is looked at, or one for the place. */
export function rowsOf({ request, clusters }: EnrolmentProgress): readonly EnrolmentRow[] {
  if (request.clusters === undefined) {
    return [{ request, state: request.problem ? 'unreadable' : 'asked' }];
  }
  if (clusters.length === 0) return [{ request, state: 'empty' }];
  return clusters.map(({ name, outcome }) => ({
    request,
    cluster: name,
    state: outcome?.state ?? 'asked',
    outcome,
  }));
}

export function detailOf({ request, state, outcome }: EnrolmentRow): string | undefined {
  switch (state) {
    case 'unreadable': {
      const { problem } = request;
      const again = problem?.final ? '' : ' (tried again)';
      return problem && `${problem.code}: ${problem.message}${again}`;
    }
    case 'enrolled':
      return outcome?.rule === undefined ? undefined : `mode by rule ${outcome.rule}`;
    case 'known':
      return 'keeps its mode';
    default:
      return [outcome?.code, outcome?.detail].filter(Boolean).join(': ');
  }
}

function documentOf({ request, cluster, state, outcome }: EnrolmentRow): Readonly<Record<string, unknown>> {
  const { id, place, by, why, at, problem } = request;
  const { mode, rule, code, detail } = outcome ?? {};
  return plainDocument({
    requestId: id,
    ...place,
    ...(cluster === undefined ? {} : { cluster }),
    state,
    ...(mode === undefined ? {} : { mode }),
    ...(rule === undefined ? {} : { rule }),
    ...(code === undefined ? {} : { code }),
    ...(detail === undefined ? {} : { detail }),
    ...(state === 'unreadable' && problem ? { code: problem.code, detail: problem.message } : {}),
    by,
    why,
    requestedAt: at,
    ...(outcome ? { updatedAt: outcome.at } : {}),
  });
}
