import type { Registry } from '#shared/ports/registry/registry.ts';
import type { CliContext } from '../cli-context.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { groupDigits } from '../text/count-text.ts';
import { paragraph } from '../text/paragraph.ts';
import { styleFor } from '../text/style.ts';
import { type EventLine, eventText, lineOfAudit, lineOfFinding } from './event-line.ts';
import { findClusters } from './find-clusters.ts';
import { mergedAudit } from './merged-audit.ts';
import { itemsOf } from './pages.ts';
import { readSince } from './since.ts';
import { type RegistryOptions, withRegistry } from './with-registry.ts';

/** The options of `rolecall events`. */
export interface EventsOptions extends RegistryOptions {
  readonly output: 'table' | 'json';
  readonly follow?: boolean;
  readonly since?: string;
  readonly limit?: number;
  readonly cluster?: string;
}

const INTERVAL_MS = 2_000;
/** A commit bears the time at which it was decided, and indexes lag: what is this late is still told. */
const LATE_MS = 60_000;
/** Shown of a history of which nobody said how long it is to be. */
const NEWEST = 50;
/** Counted beyond what is shown. */
const COUNTED = 500;

/**
 * `rolecall events`: what happened, one line each, oldest first; with `--follow` what happens from now on, or from `--since`,
 * until Ctrl-C.
 */
export async function eventsCommand(context: CliContext, options: EventsOptions): Promise<ExitCode> {
  const { clock } = context;
  const began = clock.now();
  const since = options.since === undefined ? undefined : readSince(options.since, began);
  await withRegistry(context, options, async ({ registry }) => {
    const told = new Map<string, number>();
    let from = since ?? began;
    if (!options.follow || since !== undefined || options.limit !== undefined) {
      const limit = options.limit ?? (since === undefined ? NEWEST : undefined);
      const history = await historyOf(registry, { from: since, limit, ...asked(context, options) });
      tell(history.lines, told, context, options);
      tellOfMore(history, context);
      if (history.more > 0) from = history.lines[0]?.at ?? began;
    }
    if (options.follow) await follow(context, options, { registry, told, from });
  });
  return EXIT.clean;
}

interface Following {
  readonly registry: Registry;
  /** What was told already, by id, with its time. */
  readonly told: Map<string, number>;
  /** What happened before is not told, epoch milliseconds. */
  readonly from: number;
}

async function follow(
  context: CliContext,
  options: EventsOptions,
  { registry, told, from: begins }: Following,
): Promise<void> {
  const { io, clock } = context;
  for (;;) {
    try {
      await clock.sleep(INTERVAL_MS, io.signal);
      const from = Math.max(begins, clock.now() - LATE_MS);
      for (const [id, at] of told) if (at < from) told.delete(id);
      const { lines } = await historyOf(registry, { from, limit: undefined, ...asked(context, options) });
      tell(lines, told, context, options);
    } catch (error) {
      // Ctrl-C is how one stops following.
      if (io.signal.aborted) return;
      throw error;
    }
  }
}

function tell(
  lines: readonly EventLine[],
  told: Map<string, number>,
  { io, color }: CliContext,
  { output }: EventsOptions,
): void {
  const style = styleFor(io.stdout, io, { color });
  for (const line of lines.filter(({ id }) => !told.has(id))) {
    told.set(line.id, line.at);
    io.stdout.write(output === 'json' ? `${JSON.stringify(line.document)}\n` : eventText(line, style));
  }
}

/** What is left out must not look as if it had not happened. */
function tellOfMore({ lines, more }: EventHistory, { io, color }: CliContext): void {
  if (more === 0) return;
  const count = more > COUNTED ? `More than ${groupDigits(COUNTED)}` : `${groupDigits(more)} more`;
  const these = lines.length === 1 ? 'this one' : `these ${groupDigits(lines.length)}`;
  const text = `${count} before ${these}: --since 1d, or --limit, shows them.`;
  io.stderr.write(paragraph(text, styleFor(io.stderr, io, { color })));
}

interface Span {
  /** Epoch milliseconds; without it, back to the beginning. */
  readonly from: number | undefined;
  /** The newest of them; without it, all. */
  readonly limit: number | undefined;
  readonly cluster: string | undefined;
  readonly signal: AbortSignal;
}

function asked({ io }: CliContext, { cluster }: EventsOptions): Pick<Span, 'cluster' | 'signal'> {
  return { cluster, signal: io.signal };
}

interface EventHistory {
  /** Oldest first. */
  readonly lines: readonly EventLine[];
  /** How many there are before; counted to one more than `COUNTED`. */
  readonly more: number;
}

async function historyOf(registry: Registry, span: Span): Promise<EventHistory> {
  const { cluster, signal, from, limit } = span;
  const arns = (await findClusters(registry, { cluster }, signal)).map((item) => item.cluster.arn);
  const lines: EventLine[] = [];
  let more = 0;
  const lists = cluster === undefined ? [undefined, ...arns] : arns;
  for await (const entry of mergedAudit(registry, { lists, from, signal })) {
    if (limit === undefined || lines.length < limit) lines.push(lineOfAudit(entry));
    else more += 1;
    if (more > COUNTED) break;
  }
  const oldest = more > 0 ? (lines.at(-1)?.at ?? 0) : (from ?? 0);
  if (cluster === undefined) lines.push(...(await unenrolled(registry, { arns, from: oldest, signal })));
  return { lines: lines.reverse().sort((left, right) => left.at - right.at), more };
}

/** Findings of clusters that the registry does not have: nobody enrolled them, and their audit is not read. */
async function unenrolled(
  registry: Registry,
  known: { readonly arns: readonly string[]; readonly from: number; readonly signal: AbortSignal },
): Promise<readonly EventLine[]> {
  const { arns, from, signal } = known;
  const there = new Set(arns);
  const lines: EventLine[] = [];
  for (const status of ['open', 'resolved'] as const) {
    for await (const finding of itemsOf((page) => registry.findings(status, page), { signal, limit: 50 })) {
      if ((finding.endedAt ?? finding.firstSeenAt) < from) break;
      if (!there.has(finding.clusterArn)) lines.push(lineOfFinding(finding));
    }
  }
  return lines;
}
