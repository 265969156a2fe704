import { formatMappingKey, parseKey } from '#shared/domain/key.ts';
import type { WrittenAuditEntry } from '#shared/domain/registry/audit-entry.ts';
import type { CliContext } from '../cli-context.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { printable } from '../text/printable.ts';
import { styleFor } from '../text/style.ts';
import { UsageError } from '../usage-error.ts';
import { associationStatus } from './association-status.ts';
import { ASSOCIATION_VIEW, STATUS_WORDS } from './association-view.ts';
import { readMappingKey } from './audit-command.ts';
import { AUDIT_VIEW } from './audit-view.ts';
import { CLUSTER_VIEW } from './cluster-view.ts';
import type { RegistryConnection } from './connect-registry.ts';
import { findCluster } from './find-clusters.ts';
import { FINDING_VIEW } from './finding-view.ts';
import { MAPPING_VIEW } from './mapping-view.ts';
import { findFinding } from './name-of-finding.ts';
import { itemsOf, pageSize, take } from './pages.ts';
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
  readonly history: readonly WrittenAuditEntry[];
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
  const audit = itemsOf((page) => registry.auditOfCluster(arn, page), {
    signal,
    limit: pageSize(options.limit),
  });
  const { findings: _, ...facts } = CLUSTER_VIEW.document(item);
  return {
    kind: 'Cluster',
    name: item.cluster.name,
    facts: { ...facts, findings: open.map(FINDING_VIEW.document) },
    history: (await take(audit, options.limit)).items,
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
  const now = connection.clock.now();
  const audit = itemsOf((page) => registry.auditOfMapping(key, page), {
    signal,
    limit: pageSize(options.limit),
  });
  return {
    kind: 'Mapping',
    name: formatMappingKey(key),
    facts: {
      ...MAPPING_VIEW.document(item),
      revisions: revisions.items.map(({ document: _, ...revision }) => plainDocument(revision)),
      clusters: associations.flatMap((found) =>
        found ? [{ clusterArn: found.clusterArn, status: STATUS_WORDS[associationStatus(found, now)] }] : [],
      ),
    },
    history: (await take(audit, options.limit)).items,
  };
}

async function describeAssociation({ connection, name, options, signal }: Asked): Promise<Description> {
  const { registry } = connection;
  const slash = name.indexOf('/');
  const key = parseKey(options.cluster === undefined ? name.slice(slash + 1) : name);
  if (!key) {
    throw new UsageError(
      `no association can be called ${JSON.stringify(name)}`,
      'write CLUSTER/NAMESPACE/SERVICE-ACCOUNT, or leave the cluster to --cluster',
    );
  }
  const cluster = await findCluster(registry, options.cluster ?? name.slice(0, slash), signal);
  const { arn: clusterArn, createdAt: clusterCreatedAt } = cluster.cluster;
  const ref = { type: 'association', clusterArn, clusterCreatedAt, ...key } as const;
  const [item] = await registry.get([ref], { signal });
  const row = item && { item, cluster };
  if (!row) {
    throw new UsageError(`the registry knows no association ${name}`, 'rolecall get associations -o name');
  }
  const of = (entry: WrittenAuditEntry) =>
    entry.key?.namespace === key.namespace && entry.key.serviceAccount === key.serviceAccount;
  return {
    kind: 'Association',
    name: ASSOCIATION_VIEW.name(row),
    facts: {
      status: STATUS_WORDS[associationStatus(row.item, connection.clock.now())],
      ...ASSOCIATION_VIEW.document(row),
    },
    history: await historyOn(clusterArn, of, { connection, name, options, signal }),
  };
}

async function describeFinding({ connection, name, options, signal }: Asked): Promise<Description> {
  const finding = await findFinding(connection, name, options.cluster, signal);
  const { key, clusterArn } = finding;
  const of = (entry: WrittenAuditEntry) =>
    entry.key?.namespace === key?.namespace && entry.key?.serviceAccount === key?.serviceAccount;
  return {
    kind: 'Finding',
    name: FINDING_VIEW.name(finding),
    facts: FINDING_VIEW.document(finding),
    history: await historyOn(clusterArn, of, { connection, name, options, signal }),
  };
}

/** The newest of a cluster's audit that is about one thing, found without reading all of it. */
async function historyOn(
  clusterArn: string,
  of: (entry: WrittenAuditEntry) => boolean,
  { connection: { registry }, options, signal }: Asked,
): Promise<readonly WrittenAuditEntry[]> {
  const entries: WrittenAuditEntry[] = [];
  let read = 0;
  for await (const entry of itemsOf((page) => registry.auditOfCluster(clusterArn, page), {
    signal,
    limit: 100,
  })) {
    read += 1;
    if (of(entry)) entries.push(entry);
    if (entries.length === options.limit || read === HISTORY_READ) break;
  }
  return entries;
}

/** Entries looked through at most. */
const HISTORY_READ = 2_000;

async function printDescription(
  { kind, name, facts, history }: Description,
  output: DescribeOptions['output'],
  { io, clock, color }: CliContext,
): Promise<void> {
  if (output !== 'text') {
    const document = {
      apiVersion: 'rolecall.dev/v1',
      kind,
      name,
      ...facts,
      history: history.map(plainDocument),
    };
    await printDocument(document, output, io);
    return;
  }
  const { yamlText } = await import('../text/yaml-text.ts');
  const style = styleFor(io.stdout, io, { color });
  const lines = yamlText(facts).trimEnd().split('\n');
  io.stdout.write(`${style.paint(printable(`${kind} ${name}`), 'strong')}\n`);
  io.stdout.write(lines.map((line) => `  ${printable(line)}\n`).join(''));
  io.stdout.write(`\n${style.paint('What was done, newest first', 'strong')}\n`);
  if (history.length === 0) io.stdout.write('  nothing that is still written down\n');
  else io.stdout.write(renderTable(history, AUDIT_VIEW, { wide: false, style, now: clock.now() }));
}
