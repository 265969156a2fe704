import { progressOf } from '#shared/app/enrol/read-enrolment.ts';
import { whoText } from '#shared/domain/who-text.ts';
import { UsageError } from '../usage-error.ts';
import {
  type DescribeAsked,
  type Description,
  type Fact,
  factOf,
  listSection,
  whenText,
} from './description.ts';
import {
  detailOf,
  ENROLMENT_VIEW,
  type EnrolmentRow,
  rowsOf,
  STATE_TONES,
  STATE_WORDS,
} from './enrolment-view.ts';
import { newestAbout } from './history.ts';
import { itemsOf } from './pages.ts';

/**
 * All about the newest enrolment of a name, as `rolecall get enrolments -o name` prints it, and when it was asked for
 * before. Fails with `UsageError` when nobody asked for it within a month.
 */
export async function describeEnrolment(asked: DescribeAsked): Promise<Description> {
  const { name, limit, signal } = asked;
  const { registry, clock } = asked.connection;
  const [row, ...earlier] = await rowsOfName(asked);
  if (!row) {
    throw new UsageError(
      `the registry knows no enrolment ${name}`,
      'write ACCOUNT/REGION/CLUSTER as rolecall get enrolments -o name does; they are kept for a month',
    );
  }
  const { account, region } = row.request.place;
  return {
    kind: ENROLMENT_VIEW.kind,
    name,
    document: ENROLMENT_VIEW.document(row),
    facts: enrolmentFacts(row, clock.now()),
    next:
      row.cluster !== undefined && (row.state === 'enrolled' || row.state === 'known')
        ? { what: 'How it stands now', words: ['describe', 'cluster', row.cluster] }
        : undefined,
    isAllAboutIt: true,
    sections: listSection('Asked for before', earlier, ENROLMENT_VIEW),
    // The audit has no field for a place: its sentence ends with it (shared/app/enrol/request-enrolment.ts).
    history: await newestAbout(
      ({ action, detail = '' }) =>
        action === 'enrolmentRequested' &&
        detail.endsWith(` of ${account} in ${region}`) &&
        isAbout(detail.split(' of ')[0] ?? '', row.cluster),
      (page) => registry.auditOfCluster(undefined, page),
      { limit, signal },
    ),
  };
}

function isAbout(names: string, cluster: string | undefined): boolean {
  return cluster === undefined || names === 'all clusters' || names.split(', ').includes(cluster);
}

/** Newest first. */
async function rowsOfName({
  connection: { registry },
  name,
  signal,
}: DescribeAsked): Promise<EnrolmentRow[]> {
  const [account, region] = name.split('/');
  const rows: EnrolmentRow[] = [];
  for await (const request of itemsOf((page) => registry.enrolmentRequests(page), { signal })) {
    if (request.place.account !== account || request.place.region !== region) continue;
    const progress = await progressOf({ registry }, request, { signal });
    rows.push(...rowsOf(progress).filter((row) => ENROLMENT_VIEW.name(row) === name));
  }
  return rows;
}

function enrolmentFacts(row: EnrolmentRow, now: number): readonly Fact[] {
  const { request, cluster, state, outcome } = row;
  return [
    { title: 'Result', text: STATE_WORDS[state], tone: STATE_TONES[state] },
    ...factOf('Detail', detailOf(row)),
    ...factOf('Mode then', outcome?.mode),
    ...factOf('Cluster', cluster),
    { title: 'Account', text: `${request.place.account}, ${request.place.region}` },
    { title: 'Asked for', text: `${whenText(request.at, now)} by ${whoText(request.by)}: ${request.why}` },
    ...factOf('Since', outcome && whenText(outcome.at, now)),
    { title: 'Request', text: request.id },
  ];
}
