import { progressOf } from '#shared/app/enrol/read-enrolment.ts';
import type { ClusterItem } from '#shared/domain/registry/cluster-item.ts';
import { byPriority } from '#shared/domain/registry/enrolment.ts';
import type { StoredRule } from '#shared/domain/registry/enrolment-rules.ts';
import { FINDING_STATUSES, type FindingItem, type FindingStatus } from '#shared/domain/registry/finding.ts';
import type { MappingItem } from '#shared/domain/registry/mapping-item.ts';
import { resolveTarget } from '#shared/domain/resolve-target.ts';
import type { Registry } from '#shared/ports/registry/registry.ts';
import type { CliContext } from '../cli-context.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { listText } from '../text/count-text.ts';
import { printable } from '../text/printable.ts';
import { UsageError } from '../usage-error.ts';
import { ASSOCIATION_STATUSES, associationStatus, type ClusterAssociation } from './association-status.ts';
import { ASSOCIATION_VIEW } from './association-view.ts';
import { CLUSTER_VIEW } from './cluster-view.ts';
import { ENROLMENT_VIEW, type EnrolmentRow, rowsOf } from './enrolment-view.ts';
import { findClusters } from './find-clusters.ts';
import { FINDING_VIEW } from './finding-view.ts';
import { MAPPING_VIEW } from './mapping-view.ts';
import { neverReadText } from './never-read.ts';
import { itemsOf, pageSize, take } from './pages.ts';
import { type ListOutput, printList } from './print-list.ts';
import { RULE_VIEW } from './rule-view.ts';
import { type RegistryOptions, withRegistry } from './with-registry.ts';

export type Listed = 'clusters' | 'mappings' | 'associations' | 'findings' | 'enrolments' | 'rules';

/** The options of `rolecall get`. */
export interface GetOptions extends RegistryOptions {
  readonly output: ListOutput;
  readonly cluster?: string;
  readonly selector?: string;
  readonly status?: string;
  /** Only findings of this cause, by its key. */
  readonly cause?: string;
  readonly limit?: number;
}

/** `rolecall get`: lists what the registry knows. */
export async function getCommand(
  context: CliContext,
  listed: Listed,
  options: GetOptions,
): Promise<ExitCode> {
  refuseStatus(listed, options.status);
  if (options.cause !== undefined && listed !== 'findings') {
    throw new UsageError(`${listed} have no cause`, 'leave out --cause, or get findings');
  }
  await withRegistry(context, options, async ({ registry }) => {
    const asked: Asked = { registry, options, signal: context.io.signal, now: context.clock.now() };
    await printListed(listed, asked, context);
    await warnOfUnread(listed, asked, context);
  });
  return EXIT.clean;
}

async function printListed(listed: Listed, asked: Asked, context: CliContext): Promise<void> {
  const { output, limit } = asked.options;
  switch (listed) {
    case 'clusters':
      return await printList(await take(clusters(asked), limit), CLUSTER_VIEW, output, context);
    case 'mappings':
      return await printList(await take(mappings(asked), limit), MAPPING_VIEW, output, context);
    case 'associations':
      return await printList(await take(associations(asked), limit), ASSOCIATION_VIEW, output, context);
    case 'findings':
      return await printList(await take(findings(asked), limit), FINDING_VIEW, output, context);
    case 'rules':
      return await printList(await take(rules(asked), limit), RULE_VIEW, output, context);
    case 'enrolments':
      return await printList(await take(enrolments(asked), limit), ENROLMENT_VIEW, output, context);
  }
}

/** Tells people, who take an empty list for a good one. */
async function warnOfUnread(
  listed: Listed,
  { registry, options, signal }: Asked,
  { io }: CliContext,
): Promise<void> {
  const { output, status } = options;
  const hides =
    listed === 'associations' || (listed === 'findings' && [undefined, 'open', 'all'].includes(status));
  if (!hides || (output !== 'table' && output !== 'wide')) return;
  const text = neverReadText(await findClusters(registry, options, signal));
  if (text !== undefined) io.stderr.write(`${printable(text)}\n`);
}

interface Asked {
  readonly registry: Registry;
  readonly options: GetOptions;
  readonly signal: AbortSignal;
  readonly now: number;
}

const STATUSES: Readonly<Record<Listed, readonly string[]>> = {
  clusters: ['enrolling', 'enrolled', 'retired'],
  mappings: [],
  associations: ASSOCIATION_STATUSES,
  findings: [...FINDING_STATUSES, 'all'],
  enrolments: [],
  rules: [],
};

function refuseStatus(listed: Listed, status: string | undefined): void {
  const known = STATUSES[listed];
  if (status === undefined || known.includes(status)) return;
  throw new UsageError(
    `${listed} have no status ${status}`,
    known.length === 0 ? 'leave out --status' : `it is one of ${listText(known)}`,
  );
}

async function* clusters({ registry, options, signal }: Asked): AsyncGenerator<ClusterItem> {
  for (const item of await findClusters(registry, options, signal)) {
    if (options.status === undefined || item.enrolment.state === options.status) yield item;
  }
}

/** With a cluster or labels: those whose completed revision selects one of the clusters. */
async function* mappings({ registry, options, signal }: Asked): AsyncGenerator<MappingItem> {
  const { limit, cluster, selector } = options;
  const filtered = cluster !== undefined || selector !== undefined;
  const wanted = filtered ? await findClusters(registry, options, signal) : [];
  const paging = { signal, limit: filtered ? undefined : pageSize(limit) };
  for await (const item of itemsOf((page) => registry.mappings(page), paging)) {
    if (!filtered || wanted.some((one) => selects(item, one))) yield item;
  }
}

function selects({ completed }: MappingItem, { cluster }: ClusterItem): boolean {
  return completed !== undefined && resolveTarget(completed.document, cluster).kind !== 'none';
}

async function* associations({ registry, options, signal, now }: Asked): AsyncGenerator<ClusterAssociation> {
  const { limit, status } = options;
  const paging = { signal, limit: status === undefined ? pageSize(limit) : undefined };
  for (const cluster of await findClusters(registry, options, signal)) {
    const { arn: clusterArn, createdAt: clusterCreatedAt } = cluster.cluster;
    const list = itemsOf((page) => registry.associations({ clusterArn, clusterCreatedAt }, page), paging);
    for await (const item of list) {
      const row = { item, cluster };
      if (status === undefined || associationStatus(row, now) === status) yield row;
    }
  }
}

/** In the order in which they are asked. */
async function* rules({ registry, options, signal }: Asked): AsyncGenerator<StoredRule> {
  refuseClusters('rules', options);
  const [item] = await registry.get([{ type: 'enrolmentRules' }], { signal });
  yield* byPriority(item?.rules ?? []);
}

function refuseClusters(listed: Listed, { cluster, selector }: GetOptions): void {
  if (cluster === undefined && selector === undefined) return;
  throw new UsageError(`${listed} are not listed by cluster`, 'leave out --cluster and -l');
}

/** Newest request first. */
async function* enrolments({ registry, options, signal }: Asked): AsyncGenerator<EnrolmentRow> {
  refuseClusters('enrolments', options);
  const list = itemsOf((page) => registry.enrolmentRequests(page), {
    signal,
    limit: pageSize(options.limit),
  });
  for await (const request of list) yield* rowsOf(await progressOf({ registry }, request, { signal }));
}

/** Newest first of the whole fleet; by cluster and id where clusters are chosen. */
async function* findings(asked: Asked): AsyncGenerator<FindingItem> {
  const { cause } = asked.options;
  for await (const finding of findingsOfAny(asked)) {
    if (cause === undefined || finding.causeKey === cause) yield finding;
  }
}

async function* findingsOfAny({ registry, options, signal }: Asked): AsyncGenerator<FindingItem> {
  const { limit, cause, cluster, selector, status = 'open' } = options;
  const statuses: readonly FindingStatus[] = FINDING_STATUSES.filter((one) => [one, 'all'].includes(status));
  if (cluster === undefined && selector === undefined) {
    for (const one of statuses) {
      const paging = { signal, limit: cause === undefined ? pageSize(limit) : undefined };
      yield* itemsOf((page) => registry.findings(one, page), paging);
    }
    return;
  }
  for (const item of await findClusters(registry, options, signal)) {
    const list = itemsOf((page) => registry.findingsOfCluster(item.cluster.arn, page), { signal });
    for await (const finding of list) if (statuses.includes(finding.status)) yield finding;
  }
}
