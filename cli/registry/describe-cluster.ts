import type { ClusterItem } from '#shared/domain/registry/cluster-item.ts';
import { whoText } from '#shared/domain/who-text.ts';
import { AGENT_WORDS, CLUSTER_TONES, CLUSTER_VIEW, labelsText, lastReadAt } from './cluster-view.ts';
import {
  type DescribeAsked,
  type Description,
  type Fact,
  factOf,
  listSection,
  whenText,
} from './description.ts';
import { findCluster } from './find-clusters.ts';
import { FINDINGS_OF_ONE } from './finding-facts.ts';
import { FINDING_VIEW } from './finding-view.ts';
import { newestOf } from './history.ts';
import { neverReadText } from './never-read.ts';
import { itemsOf, take } from './pages.ts';
import { plainDocument } from './plain-document.ts';

/** All about one cluster. Fails with `UsageError` when there is none of the name. */
export async function describeCluster({
  connection: { registry, clock },
  name,
  limit,
  signal,
}: DescribeAsked): Promise<Description> {
  const item = await findCluster(registry, name, signal);
  const { arn } = item.cluster;
  const findings = await take(itemsOf((page) => registry.findingsOfCluster(arn, page), { signal }));
  const open = findings.items.filter(({ status }) => status === 'open' || status === 'waived');
  const { findings: _, ...document } = CLUSTER_VIEW.document(item);
  return {
    kind: 'Cluster',
    name: item.cluster.name,
    document: {
      ...document,
      ...plainDocument({ lastReadAt: lastReadAt(item) ?? NEVER }),
      findings: open.map(FINDING_VIEW.document),
    },
    facts: clusterFacts(item, clock.now()),
    sections: listSection('Findings', open, FINDINGS_OF_ONE),
    note: neverReadText([item]),
    history: await newestOf((page) => registry.auditOfCluster(arn, page), { limit, signal }),
  };
}

/** What `plainDocument` makes `null` of. */
const NEVER = 0;

function clusterFacts(item: ClusterItem, now: number): readonly Fact[] {
  const { cluster, enrolment, agent, associations } = item;
  const rule = enrolment.rule === undefined ? '' : `, mode by rule ${enrolment.rule}`;
  return [
    {
      title: 'Status',
      text: `${enrolment.state} ${whenText(enrolment.at, now)} by ${whoText(enrolment.by)}${rule}`,
      tone: CLUSTER_TONES[enrolment.state],
    },
    { title: 'Mode', text: cluster.mode },
    readFact(item, now),
    {
      title: 'Agent',
      text: agent ? [AGENT_WORDS[agent.kind], agent.detail].filter(Boolean).join(': ') : 'not known',
    },
    { title: 'Associations', text: associations === undefined ? 'not known' : String(associations) },
    { title: 'Account', text: `${cluster.account}, ${cluster.region}` },
    { title: 'Cluster set', text: cluster.clusterSet },
    ...factOf('Labels', labelsText(cluster.labels)),
    {
      title: 'EKS',
      text: [cluster.status, cluster.version && `Kubernetes ${cluster.version}`, cluster.platformVersion]
        .filter(Boolean)
        .join(', '),
    },
    { title: 'ARN', text: cluster.arn },
  ];
}

/** What could not be read must not look as if it were known. */
function readFact(item: ClusterItem, now: number): Fact {
  const { access } = item;
  const at = lastReadAt(item);
  const last = at === undefined ? 'never' : whenText(at, now);
  if (access?.kind !== 'failed' || access.at < (at ?? 0)) return { title: 'Read', text: last };
  const why = [access.code, access.message].filter(Boolean).join(': ');
  return {
    title: 'Read',
    text: `FAILED ${whenText(access.at, now)}: ${why}; before that ${last}`,
    tone: 'delete',
  };
}
