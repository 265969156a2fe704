import { formatMappingKey, type ServiceAccountKey } from '#shared/domain/key.ts';
import type { AssociationItem } from '#shared/domain/registry/association-item.ts';
import type { CliContext } from '../cli-context.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { printable } from '../text/printable.ts';
import { styleFor } from '../text/style.ts';
import { UsageError } from '../usage-error.ts';
import { associationStatus, checkedAt as checkedAtOf } from './association-status.ts';
import { ASSOCIATION_VIEW, STATUS_WORDS } from './association-view.ts';
import { readMappingKey } from './audit-command.ts';
import { AUDIT_VIEW } from './audit-view.ts';
import { clusterNameOf } from './cluster-names.ts';
import { CLUSTER_VIEW, lastReadAt as lastReadAtOf } from './cluster-view.ts';
import type { RegistryConnection } from './connect-registry.ts';
import { findAssociation } from './find-association.ts';
import { findCluster } from './find-clusters.ts';
import { FINDING_VIEW } from './finding-view.ts';
import { type History, moreText, newestAbout, newestOf } from './history.ts';
import { MAPPING_VIEW } from './mapping-view.ts';
import { findFinding } from './name-of-finding.ts';
import { neverReadText } from './never-read.ts';
import { itemsOf, take } from './pages.ts';
import { plainDocument } from './plain-document.ts';
import { printDocument } from './print-document.ts';
import { renderTable } from './print-list.ts';
import { type RegistryOptions, withRegistry } from './with-registry.ts';

export type Described = 'cluster' | 'mapping' | 'association' | 'finding';

/** The options of `rolecall describe`. */
export interface DescribeOptions extends RegistryOptions {
  readonly output: 'text' | 'json' | 'yaml';
  readonly cluster?: string;
  readonly limit: number;
}

/** All that is known of one thing: what it is, what is found about it, what was done. */
interface Description {
  readonly kind: string;
  readonly name: string;
  readonly facts: Readonly<Record<string, unknown>>;
  /** What a person must know in order not to take the facts for more than they are. */
  readonly note?: string | undefined;
  readonly history: History;
  /** Whose audit the history was looked for in. */
  readonly cluster?: string;
}

/** `rolecall describe`: everything that the registry knows of one thing, with what was done, by whom and when. */
export async function describeCommand(
  context: CliContext,
  described: Described,
  name: string,
  options: DescribeOptions,
): Promise<ExitCode> {
  await withRegistry(context, options, async (connection) => {
    const asked = { connection, name, options, signal: context.io.signal };
    await printDescription(await DESCRIBERS[described](asked), options.output, context);
  });
  return EXIT.clean;
}

interface Asked {
  readonly connection: RegistryConnection;
  readonly name: string;
  readonly options: DescribeOptions;
  readonly signal: AbortSignal;
}

const DESCRIBERS: Readonly<Record<Described, (asked: Asked) => Promise<Description>>> = {
  cluster: describeCluster,
  mapping: describeMapping,
  association: describeAssociation,
  finding: describeFinding,
};

async function describeCluster({ connection, name, options, signal }: Asked): Promise<Description> {
  const { registry } = connection;
  const item = await findCluster(registry, name, signal);
  const { arn } = item.cluster;
  const findings = await take(itemsOf((page) => registry.findingsOfCluster(arn, page), { signal }));
  const open = findings.items.filter(({ status }) => status === 'open' || status === 'waived');
  const { findings: _, ...facts } = CLUSTER_VIEW.document(item);
  const { lastReadAt } = plainDocument({ lastReadAt: lastReadAtOf(item) ?? NEVER });
  return {
    kind: 'Cluster',
    name: item.cluster.name,
    facts: { ...facts, lastReadAt, findings: open.map(FINDING_VIEW.document) },
    note: neverReadText([item]),
    history: await newestOf((page) => registry.auditOfCluster(arn, page), { limit: options.limit, signal }),
  };
}

async function describeMapping({ connection, name, options, signal }: Asked): Promise<Description> {
  const { registry } = connection;
  const key = readMappingKey(name);
  const [item] = await registry.get([{ type: 'mapping', key }], { signal });
  if (!item) {
    throw new UsageError(`the registry knows no mapping ${formatMappingKey(key)}`, 'rolecall get mappings');
  }
  const revisions = await take(
    itemsOf((page) => registry.revisions(key, page), { signal }),
    options.limit,
  );
  const uses = await take(itemsOf((page) => registry.associationsOfMapping(key, page), { signal }));
  const associations = uses.items.length > 0 ? await registry.get(uses.items, { signal }) : [];
  return {
    kind: 'Mapping',
    name: formatMappingKey(key),
    facts: {
      ...MAPPING_VIEW.document(item),
      revisions: revisions.items.map(({ document: _, ...revision }) => plainDocument(revision)),
      clusters: await standingOf(associations, { connection, signal }),
    },
    history: await newestOf((page) => registry.auditOfMapping(key, page), { limit: options.limit, signal }),
  };
}

/** How a mapping stands on each cluster that has it. */
async function standingOf(
  associations: readonly (AssociationItem | undefined)[],
  { connection: { registry, clock }, signal }: Pick<Asked, 'connection' | 'signal'>,
): Promise<readonly object[]> {
  const found = associations.filter((item) => item !== undefined);
  const refs = found.map(({ clusterArn }) => ({ type: 'cluster' as const, clusterArn }));
  const clusters = refs.length > 0 ? await registry.get(refs, { signal }) : [];
  return found.map((item, index) => {
    const cluster = clusters[index];
    const status = cluster && STATUS_WORDS[associationStatus({ item, cluster }, clock.now())];
    return { clusterArn: item.clusterArn, status: status ?? 'unknown: the registry has no such cluster' };
  });
}

async function describeAssociation({ connection, name, options, signal }: Asked): Promise<Description> {
  const row = await findAssociation(connection, name, options.cluster, signal);
  const { item, cluster } = row;
  const { checkedAt } = plainDocument({ checkedAt: checkedAtOf(row) ?? NEVER });
  return {
    kind: 'Association',
    name: ASSOCIATION_VIEW.name(row),
    facts: {
      status: STATUS_WORDS[associationStatus(row, connection.clock.now())],
      checkedAt,
      ...ASSOCIATION_VIEW.document(row),
    },
    note:
      neverReadText([cluster]) ??
      (checkedAt === null
        ? 'Nothing was checked here yet: nobody has looked for it since it was released.'
        : undefined),
    ...(await historyOn(cluster.cluster.arn, item, { connection, name, options, signal })),
  };
}

async function describeFinding({ connection, name, options, signal }: Asked): Promise<Description> {
  const finding = await findFinding(connection, name, options.cluster, signal);
  return {
    kind: 'Finding',
    name: FINDING_VIEW.name(finding),
    facts: FINDING_VIEW.document(finding),
    ...(await historyOn(finding.clusterArn, finding.key, { connection, name, options, signal })),
  };
}

/** What was done on a cluster about a key; without one, about the cluster itself. */
async function historyOn(
  clusterArn: string,
  key: ServiceAccountKey | undefined,
  { connection: { registry }, options: { limit }, signal }: Asked,
): Promise<Pick<Description, 'history' | 'cluster'>> {
  const history = await newestAbout(
    (entry) => entry.key?.namespace === key?.namespace && entry.key?.serviceAccount === key?.serviceAccount,
    (page) => registry.auditOfCluster(clusterArn, page),
    { limit, signal },
  );
  return { history, cluster: clusterNameOf(clusterArn) };
}

/** What `plainDocument` makes `null` of. */
const NEVER = 0;

async function printDescription(
  { kind, name, facts, note, history, cluster }: Description,
  output: DescribeOptions['output'],
  { io, clock, color }: CliContext,
): Promise<void> {
  if (output !== 'text') {
    const document = {
      apiVersion: 'rolecall.dev/v1',
      kind,
      name,
      ...facts,
      history: history.entries.map(plainDocument),
      moreHistory: history.more !== 'none',
    };
    await printDocument(document, output, io);
    return;
  }
  const { yamlText } = await import('../text/yaml-text.ts');
  const style = styleFor(io.stdout, io, { color });
  const lines = yamlText(facts).trimEnd().split('\n');
  io.stdout.write(`${style.paint(printable(`${kind} ${name}`), 'strong')}\n`);
  io.stdout.write(lines.map((line) => `  ${printable(line)}\n`).join(''));
  if (note !== undefined) io.stdout.write(`\n${style.paint(printable(note), 'update')}\n`);
  io.stdout.write(`\n${style.paint('What was done, newest first', 'strong')}\n`);
  const { entries } = history;
  if (entries.length > 0) {
    io.stdout.write(renderTable(entries, AUDIT_VIEW, { wide: false, style, now: clock.now() }));
  }
  const more = moreText(history, cluster);
  if (more !== undefined) io.stdout.write(`  ${printable(more)}\n`);
}
