import { runBounded } from '#shared/app/run-bounded.ts';
import type { WrittenAuditEntry } from '#shared/domain/registry/audit-entry.ts';
import type { FindingItem } from '#shared/domain/registry/finding.ts';
import type { Registry } from '#shared/ports/registry/registry.ts';
import type { CliContext } from '../cli-context.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { UsageError } from '../usage-error.ts';
import { type EventLine, eventText, lineOfAudit, lineOfFinding } from './event-line.ts';
import { findClusters } from './find-clusters.ts';
import { itemsOf } from './pages.ts';
import { type RegistryOptions, withRegistry } from './with-registry.ts';

/** The options of `rolecall events`. */
export interface EventsOptions extends RegistryOptions {
  readonly output: 'table' | 'json';
  readonly follow?: boolean;
  readonly since: string;
  readonly cluster?: string;
}

const INTERVAL_MS = 2_000;
/** A commit bears the time at which it was decided, and indexes lag: what is this late is still told. */
const LATE_MS = 60_000;
const CLUSTERS_AT_ONCE = 8;
const PAGE = 50;

/** `rolecall events`: what happened, one line each, oldest first; with `--follow` what happens, until Ctrl-C. */
export async function eventsCommand(context: CliContext, options: EventsOptions): Promise<ExitCode> {
  const { io, clock } = context;
  let from = readSince(options.since, clock.now());
  const told = new Map<string, number>();
  await withRegistry(context, options, async ({ registry }) => {
    for (;;) {
      try {
        const lines = await readLines(registry, { from, cluster: options.cluster, signal: io.signal });
        const fresh = lines.filter(({ id }) => !told.has(id)).sort((left, right) => left.at - right.at);
        for (const line of fresh) {
          told.set(line.id, line.at);
          io.stdout.write(options.output === 'json' ? `${JSON.stringify(line.document)}\n` : eventText(line));
        }
        if (!options.follow) return;
        from = Math.max(from, clock.now() - LATE_MS);
        for (const [id, at] of told) if (at < from) told.delete(id);
        await clock.sleep(INTERVAL_MS, io.signal);
      } catch (error) {
        // Ctrl-C is how one stops following.
        if (options.follow && io.signal.aborted) return;
        throw error;
      }
    }
  });
  return EXIT.clean;
}

interface Span {
  /** Epoch milliseconds. */
  readonly from: number;
  readonly cluster: string | undefined;
  readonly signal: AbortSignal;
}

async function readLines(registry: Registry, span: Span): Promise<readonly EventLine[]> {
  const { cluster, signal } = span;
  const arns = (await findClusters(registry, { cluster }, signal)).map((item) => item.cluster.arn);
  const lists: readonly (string | undefined)[] = cluster === undefined ? [undefined, ...arns] : arns;
  const lines: EventLine[] = [];
  for await (const read of runBounded(lists, { concurrency: CLUSTERS_AT_ONCE }, (arn) =>
    auditSince(registry, arn, span),
  )) {
    if (read.kind === 'failed') throw read.error;
    lines.push(...read.result.map(lineOfAudit));
  }
  // What was repaired is told by the audit of the write.
  for (const status of ['open', 'resolved'] as const) {
    for await (const finding of itemsOf((page) => registry.findings(status, page), { signal, limit: PAGE })) {
      if (timeOf(finding) < span.from) break;
      if (cluster === undefined || arns.includes(finding.clusterArn)) lines.push(lineOfFinding(finding));
    }
  }
  return lines;
}

async function auditSince(
  registry: Registry,
  clusterArn: string | undefined,
  { from, signal }: Span,
): Promise<readonly WrittenAuditEntry[]> {
  const entries: WrittenAuditEntry[] = [];
  const list = itemsOf((page) => registry.auditOfCluster(clusterArn, page), { signal, limit: PAGE });
  for await (const entry of list) {
    if (entry.at < from) break;
    entries.push(entry);
  }
  return entries;
}

function timeOf({ endedAt, firstSeenAt }: FindingItem): number {
  return endedAt ?? firstSeenAt;
}

const UNITS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `90s`, `10m`, `2h`, `1d`, or a date. Throws `UsageError`. */
function readSince(text: string, now: number): number {
  const [, count, unit = ''] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  if (count !== undefined) return now - Number(count) * (UNITS[unit] ?? 0);
  const at = /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isFinite(at)) return at;
  throw new UsageError(
    `--since cannot be read: ${text}`,
    'write 90s, 10m, 2h, 1d, or a date such as 2026-11-20T12:00:00Z',
  );
}
