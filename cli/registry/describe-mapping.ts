import { formatMappingKey } from '#shared/domain/key.ts';
import type { Target } from '#shared/domain/mapping.ts';
import type { MappingItem, Revision } from '#shared/domain/registry/mapping-item.ts';
import { whoText } from '#shared/domain/who-text.ts';
import { timeText } from '../text/age-text.ts';
import { UsageError } from '../usage-error.ts';
import { associationStatus, type ClusterAssociation } from './association-status.ts';
import { ASSOCIATION_COLUMNS, STATUS_WORDS } from './association-view.ts';
import { readMappingKey } from './audit-command.ts';
import {
  type DescribeAsked,
  type Description,
  type Fact,
  factOf,
  listSection,
  whenText,
} from './description.ts';
import { newestOf } from './history.ts';
import { cellOf, type ListView } from './list-view.ts';
import { MAPPING_VIEW, revisionText } from './mapping-view.ts';
import { itemsOf, take } from './pages.ts';
import { plainDocument } from './plain-document.ts';
import { choiceText } from './rule-view.ts';

/** All about one mapping, with where it stands. Fails with `UsageError` when there is none of the name. */
export async function describeMapping(asked: DescribeAsked): Promise<Description> {
  const { name, limit, signal } = asked;
  const { registry, clock } = asked.connection;
  const key = readMappingKey(name);
  const [item] = await registry.get([{ type: 'mapping', key }], { signal });
  if (!item) {
    throw new UsageError(`the registry knows no mapping ${formatMappingKey(key)}`, 'rolecall get mappings');
  }
  const revisions = await take(
    itemsOf((page) => registry.revisions(key, page), { signal }),
    limit,
  );
  const places = await placesOf(item, asked);
  const known = places.filter((place): place is ClusterAssociation => place.cluster !== undefined);
  return {
    kind: 'Mapping',
    name: formatMappingKey(key),
    document: {
      ...MAPPING_VIEW.document(item),
      revisions: revisions.items.map(({ document: _, ...revision }) => plainDocument(revision)),
      clusters: places.map((place) => standingOf(place, clock.now())),
    },
    facts: mappingFacts(item, clock.now()),
    sections: [
      ...listSection(
        'Targets, the first that selects a cluster counts',
        item.completed?.document.targets ?? [],
        TARGETS,
      ),
      ...listSection('Where it stands', known, PLACES),
      ...listSection('Revisions', revisions.items, REVISIONS),
    ],
    history: await newestOf((page) => registry.auditOfMapping(key, page), { limit, signal }),
  };
}

/** An association of the mapping, and its cluster where the registry has one. */
type Place = Pick<ClusterAssociation, 'item'> & Partial<Pick<ClusterAssociation, 'cluster'>>;

async function placesOf(
  { key }: MappingItem,
  { connection: { registry }, signal }: DescribeAsked,
): Promise<readonly Place[]> {
  const uses = await take(itemsOf((page) => registry.associationsOfMapping(key, page), { signal }));
  const associations = uses.items.length > 0 ? await registry.get(uses.items, { signal }) : [];
  const found = associations.filter((item) => item !== undefined);
  const refs = found.map(({ clusterArn }) => ({ type: 'cluster' as const, clusterArn }));
  const clusters = refs.length > 0 ? await registry.get(refs, { signal }) : [];
  return found.map((item, index) => {
    const cluster = clusters[index];
    return { item, ...(cluster ? { cluster } : {}) };
  });
}

/** How a mapping stands on one cluster, for programs. */
function standingOf({ item, cluster }: Place, now: number): object {
  const status = cluster && STATUS_WORDS[associationStatus({ item, cluster }, now)];
  return { clusterArn: item.clusterArn, status: status ?? 'unknown: the registry has no such cluster' };
}

function mappingFacts(item: MappingItem, now: number): readonly Fact[] {
  const { completed, createdAt, updatedAt } = item;
  const { team, mode, expires, onExpiry } = completed?.document ?? {};
  return [
    ...factOf('Team', team),
    ...factOf('Mode', mode),
    { title: 'Revision', text: revisionText(item) },
    ...factOf(
      'Expires',
      expires && `${expires}, then ${onExpiry === 'retire' ? 'it is retired' : 'it is reported'}`,
    ),
    { title: 'Loaded', text: whenText(createdAt, now) },
    ...factOf('Changed', updatedAt === createdAt ? undefined : whenText(updatedAt, now)),
  ];
}

const TARGETS: Pick<ListView<Target>, 'columns'> = {
  columns: [
    { title: 'CLUSTERS', shrinkTo: 16, cell: ({ clusters }) => ({ text: choiceText(clusters) }) },
    { title: 'ROLE', shrinkTo: 24, cell: ({ roleArn }) => ({ text: roleArn }) },
    { title: 'MORE', shrinkTo: 16, cell: (target) => cellOf(moreOf(target)) },
  ],
};

function moreOf({ targetRoleArn, disableSessionTags, policy, takeover }: Target): string {
  return [
    targetRoleArn === undefined ? '' : `target role ${targetRoleArn}`,
    disableSessionTags ? 'no session tags' : '',
    policy === undefined ? '' : 'a session policy',
    takeover ? 'takeover' : '',
  ]
    .filter(Boolean)
    .join(', ');
}

const PLACES: Pick<ListView<ClusterAssociation>, 'columns'> = {
  columns: ASSOCIATION_COLUMNS.filter(({ title }) => title !== 'SERVICE ACCOUNT'),
};

const REVISIONS: Pick<ListView<Revision>, 'columns'> = {
  columns: [
    { title: 'REVISION', cell: ({ number }) => ({ text: String(number) }) },
    { title: 'TIME', cell: ({ at }) => ({ text: timeText(at) }) },
    { title: 'BY', shrinkTo: 10, cell: ({ by }) => ({ text: whoText(by) }) },
    { title: 'WHY', shrinkTo: 20, cell: ({ why }) => ({ text: why }) },
  ],
};
