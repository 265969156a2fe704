import { type EnrolmentProgress, readEnrolments } from '#shared/app/enrol/read-enrolment.ts';
import { requestEnrolments } from '#shared/app/enrol/request-enrolment.ts';
import type { EnrolmentRequest } from '#shared/domain/registry/enrolment-request.ts';
import type { CliContext } from '../cli-context.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { countText } from '../text/count-text.ts';
import { printable } from '../text/printable.ts';
import { startProgressLine } from '../text/progress-line.ts';
import { styleFor } from '../text/style.ts';
import { askedBy } from './asked-by.ts';
import type { RegistryConnection } from './connect-registry.ts';
import { enrolmentHints, enrolmentSummary, type WatchEnd } from './enrolment-summary.ts';
import { readTargets } from './enrolment-targets.ts';
import { ENROLMENT_VIEW, rowsOf } from './enrolment-view.ts';
import { printList } from './print-list.ts';
import { type RegistryOptions, withRegistry } from './with-registry.ts';

/** The options of `rolecall enrol`. */
export interface EnrolOptions extends RegistryOptions {
  readonly account?: readonly string[];
  readonly inRegion?: readonly string[];
  readonly reason: string;
  /** False with `--no-wait`. */
  readonly wait: boolean;
  /** Milliseconds. */
  readonly timeout: number;
  readonly output: 'table' | 'wide' | 'json' | 'yaml' | 'name';
}

const LOOK_EVERY_MS = 2_000;

/**
 * `rolecall enrol`: has the hub take clusters on that were there before it, and shows how each of them ended. The hub does
 * it with its own roles in the accounts; whoever asks needs the registry only.
 */
export async function enrolCommand(
  context: CliContext,
  names: readonly string[],
  options: EnrolOptions,
): Promise<ExitCode> {
  const { io } = context;
  return await withRegistry(context, options, async (connection) => {
    const { partition } = await connection.caller({ signal: io.signal });
    const targets = { names, accounts: options.account ?? [], regions: options.inRegion ?? [] };
    const wanted = readTargets(targets, partition);
    const asked = await askedBy(connection, options.reason, io.signal);
    const requests = await requestEnrolments(connection, wanted, asked);
    io.stderr.write(`${requestedText(requests)}\n`);
    if (!options.wait) {
      io.stderr.write('The hub is at it: rolecall get enrolments shows how far it is.\n');
      return EXIT.clean;
    }
    const { progress, ended } = await watch(context, connection, requests, options.timeout);
    const rows = progress.flatMap(rowsOf);
    await printList({ items: rows, more: false }, ENROLMENT_VIEW, options.output, context);
    io.stderr.write(`${enrolmentSummary(rows)}\n`);
    const { installation } = connection;
    for (const hint of enrolmentHints(rows, { installation, ended, timeoutMs: options.timeout })) {
      io.stderr.write(`  ${printable(hint)}\n`);
    }
    const good = rows.every(({ state }) => state === 'enrolled' || state === 'known' || state === 'empty');
    return good && ended === 'over' ? EXIT.clean : EXIT.error;
  });
}

async function watch(
  { io, clock, color }: CliContext,
  connection: RegistryConnection,
  requests: readonly EnrolmentRequest[],
  timeoutMs: number,
): Promise<{ readonly progress: readonly EnrolmentProgress[]; readonly ended: WatchEnd }> {
  const until = clock.now() + timeoutMs;
  const ids = requests.map(({ id }) => id);
  let progress: readonly EnrolmentProgress[] = requests.map((request) => ({
    request,
    clusters: [],
    over: false,
  }));
  const { glyphs } = styleFor(io.stderr, io, { color });
  const line = startProgressLine(io.stderr, () => progressText(progress), { quiet: false, glyphs });
  try {
    for (;;) {
      progress = await readEnrolments(connection, ids, { signal: io.signal });
      if (progress.every(({ over }) => over)) return { progress, ended: 'over' };
      if (clock.now() >= until) return { progress, ended: 'timeOut' };
      await clock.sleep(LOOK_EVERY_MS, io.signal);
    }
  } catch (error) {
    // Ctrl-C ends the watching, and nothing in the hub.
    if (io.signal.aborted) return { progress, ended: 'stopped' };
    throw error;
  } finally {
    line.end();
  }
}

function requestedText(requests: readonly EnrolmentRequest[]): string {
  const named = requests.reduce((sum, { names }) => sum + (names?.length ?? 0), 0);
  const places = countText(requests.length, 'account and region', 'accounts and regions');
  const what = named > 0 ? countText(named, 'cluster') : 'every cluster';
  return `Asked the hub to enrol ${what} of ${places}.`;
}

function progressText(progress: readonly EnrolmentProgress[]): string {
  const rows = progress.flatMap(rowsOf).filter(({ cluster }) => cluster !== undefined);
  const done = rows.filter(({ state }) => !['asked', 'waiting', 'retrying'].includes(state)).length;
  const unlisted = progress.filter(({ request }) => request.clusters === undefined).length;
  const listing =
    unlisted === 0
      ? ''
      : `, ${countText(unlisted, 'account and region', 'accounts and regions')} not listed yet`;
  return `${done} of ${countText(rows.length, 'cluster')}${listing}`;
}
