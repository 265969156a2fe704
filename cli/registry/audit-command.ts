import { formatKey, formatMappingKey, type MappingKey, parseKey } from '#shared/domain/key.ts';
import type { WrittenAuditEntry } from '#shared/domain/registry/audit-entry.ts';
import type { Registry } from '#shared/ports/registry/registry.ts';
import type { CliContext } from '../cli-context.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { countText } from '../text/count-text.ts';
import { startProgressLine } from '../text/progress-line.ts';
import { styleFor } from '../text/style.ts';
import { UsageError } from '../usage-error.ts';
import { AUDIT_VIEW } from './audit-view.ts';
import { findClusters } from './find-clusters.ts';
import { type MergedAuditOptions, mergedAudit } from './merged-audit.ts';
import { itemsOf, pageSize, take } from './pages.ts';
import { type ListOutput, printList } from './print-list.ts';
import { readSince } from './since.ts';
import { type RegistryOptions, withRegistry } from './with-registry.ts';

/** The options of `rolecall audit`. */
export interface AuditOptions extends RegistryOptions {
  readonly output: ListOutput;
  readonly cluster?: string;
  readonly mapping?: string;
  /** Only what is about no cluster. */
  readonly fleet?: boolean;
  readonly since?: string;
  readonly limit: number;
}

/** `rolecall audit`: what was done, newest first: everywhere, on a cluster, about a mapping, or for the fleet alone. */
export async function auditCommand(context: CliContext, options: AuditOptions): Promise<ExitCode> {
  const { cluster, mapping, fleet, since, limit, output } = options;
  const lists = [cluster && '--cluster', mapping && '--mapping', fleet && '--fleet'].filter(Boolean);
  if (lists.length > 1)
    throw new UsageError(`${lists.join(' and ')} are different lists`, 'give one of them');
  const key = mapping === undefined ? undefined : readMappingKey(mapping);
  const from = since === undefined ? undefined : readSince(since, context.clock.now());
  const { signal } = context.io;
  await withRegistry(context, options, async ({ registry }) => {
    if (key) {
      const entries = itemsOf((page) => registry.auditOfMapping(key, page), {
        signal,
        limit: pageSize(limit),
      });
      await printList(await take(notOlder(entries, from), limit), AUDIT_VIEW, output, context);
      return;
    }
    const clusters = fleet ? [] : (await findClusters(registry, { cluster }, signal)).map(arnOf);
    const asked = { lists: cluster === undefined ? [undefined, ...clusters] : clusters, from, signal };
    await printList(await takeNewest(context, registry, asked, limit), AUDIT_VIEW, output, context);
  });
  return EXIT.clean;
}

function arnOf({ cluster }: { readonly cluster: { readonly arn: string } }): string {
  return cluster.arn;
}

/** The newest of many audits; shows on stderr how far that is, since each is a request of its own. */
async function takeNewest(
  { io, color }: CliContext,
  registry: Registry,
  asked: MergedAuditOptions,
  limit: number,
): Promise<{ readonly items: readonly WrittenAuditEntry[]; readonly more: boolean }> {
  let read = 0;
  const total = countText(asked.lists.length, 'audit');
  const { glyphs } = styleFor(io.stderr, io, { color });
  const quiet = asked.lists.length === 1;
  const line = startProgressLine(io.stderr, () => `read ${read} of ${total}`, { quiet, glyphs });
  const onRead = () => {
    read += 1;
  };
  try {
    return await take(mergedAudit(registry, { ...asked, onRead }), limit);
  } finally {
    line.end();
  }
}

async function* notOlder(
  entries: AsyncIterable<WrittenAuditEntry>,
  from = 0,
): AsyncGenerator<WrittenAuditEntry> {
  for await (const entry of entries) {
    if (entry.at < from) return;
    yield entry;
  }
}

/** `set/namespace/service-account`; without a set it is of `default`. Throws `UsageError`. */
export function readMappingKey(text: string): MappingKey {
  const slashes = text.split('/').length - 1;
  const clusterSet = slashes === 2 ? text.slice(0, text.indexOf('/')) : 'default';
  const key = parseKey(slashes === 2 ? text.slice(text.indexOf('/') + 1) : text);
  if (key && clusterSet !== '') return { clusterSet, ...key };
  const example = { clusterSet: 'default', namespace: 'payments', serviceAccount: 'api' };
  throw new UsageError(
    `no mapping can be called ${JSON.stringify(text)}`,
    `write ${formatMappingKey(example)}, or ${formatKey(example)} for the set default`,
  );
}
