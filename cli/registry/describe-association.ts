import { readFreeze } from '#shared/app/registry/freeze.ts';
import type { ServiceAccountKey } from '#shared/domain/key.ts';
import { type FindingItem, type FindingKind, findingId } from '#shared/domain/registry/finding.ts';
import { associationFacts } from './association-facts.ts';
import { associationStatus, type ClusterAssociation, checkedAt } from './association-status.ts';
import { ASSOCIATION_VIEW, STATUS_WORDS } from './association-view.ts';
import { clusterNameOf } from './cluster-names.ts';
import { type DescribeAsked, type Description, listSection } from './description.ts';
import { findAssociation } from './find-association.ts';
import { FINDINGS_OF_ONE, findingFacts } from './finding-facts.ts';
import { FINDING_VIEW } from './finding-view.ts';
import { newestAbout } from './history.ts';
import { findFinding } from './name-of-finding.ts';
import { neverReadText } from './never-read.ts';
import { plainDocument } from './plain-document.ts';

/** All about one association, wished for or not. Fails with `UsageError` when there is none of the name. */
export async function describeAssociation(asked: DescribeAsked): Promise<Description> {
  const { connection, name, signal } = asked;
  const row = await findAssociation(connection, name, asked.cluster, signal);
  const { item, cluster } = row;
  const now = connection.clock.now();
  const seen = checkedAt(row);
  const [told, freeze, findings] = await Promise.all([
    historyOn(cluster.cluster.arn, item, asked),
    readFreeze(connection),
    findingsAt(row, asked),
  ]);
  const surroundings = { history: told.history, freeze: freeze?.frozen ? freeze : undefined };
  return {
    kind: 'Association',
    name: ASSOCIATION_VIEW.name(row),
    document: {
      status: STATUS_WORDS[associationStatus(row, now)],
      ...plainDocument({ checkedAt: seen ?? NEVER }),
      ...ASSOCIATION_VIEW.document(row),
    },
    facts: associationFacts(row, surroundings, now),
    sections: listSection('Findings', findings, FINDINGS_OF_ONE),
    note:
      neverReadText([cluster]) ??
      (seen === undefined
        ? 'Nothing was checked here yet: nobody has looked for it since it was released.'
        : undefined),
    ...told,
  };
}

/** What `plainDocument` makes `null` of. */
const NEVER = 0;

/** Those that are open or waived, with what they say. */
async function findingsAt(
  { item }: ClusterAssociation,
  { connection, signal }: DescribeAsked,
): Promise<readonly FindingItem[]> {
  const { clusterArn, findings = {} } = item;
  const kinds = (Object.keys(findings) as FindingKind[]).filter(
    (kind) => findings[kind]?.firstSeenAt !== undefined,
  );
  if (kinds.length === 0) return [];
  const refs = kinds.map((kind) => ({ type: 'finding' as const, clusterArn, id: findingId(kind, item) }));
  const items = await connection.registry.get(refs, { signal });
  return items.filter((finding) => finding !== undefined);
}

/** All about one finding. Fails with `UsageError` when there is none of the name. */
export async function describeFinding(asked: DescribeAsked): Promise<Description> {
  const { connection, name, signal } = asked;
  const finding = await findFinding(connection, name, asked.cluster, signal);
  return {
    kind: 'Finding',
    name: FINDING_VIEW.name(finding),
    document: FINDING_VIEW.document(finding),
    facts: findingFacts(finding, connection.clock.now()),
    next:
      finding.causeKey === undefined
        ? undefined
        : { what: 'All that has this cause', words: ['get', 'findings', '--cause', finding.causeKey] },
    ...(await historyOn(finding.clusterArn, finding.key, asked)),
  };
}

/** What was done on a cluster about a key; without one, about the cluster itself. */
async function historyOn(
  clusterArn: string,
  key: ServiceAccountKey | undefined,
  { connection: { registry }, limit, signal }: DescribeAsked,
): Promise<Pick<Description, 'history' | 'isAllAboutIt' | 'cluster'>> {
  const history = await newestAbout(
    (entry) => entry.key?.namespace === key?.namespace && entry.key?.serviceAccount === key?.serviceAccount,
    (page) => registry.auditOfCluster(clusterArn, page),
    { limit, signal },
  );
  return { history, isAllAboutIt: true, cluster: clusterNameOf(clusterArn) };
}
