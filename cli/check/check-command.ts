import { clusterArn } from '#shared/domain/cluster.ts';
import { formatKey } from '#shared/domain/key.ts';
import type { CliContext } from '../cli-context.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { loadMappings } from '../load-mappings.ts';
import { ownerMeant, ownerNote, ownerWords } from '../owner-meant.ts';
import type { ClosingContext } from '../render/closing-line.ts';
import { buildReport } from '../report/build-report.ts';
import type { CheckReport } from '../report/check-report.ts';
import { type StopSignal, stopSignal } from '../stop-signal.ts';
import { StoppedError } from '../stopped-error.ts';
import { countText, groupDigits, listText } from '../text/count-text.ts';
import { paragraph } from '../text/paragraph.ts';
import { startProgressLine } from '../text/progress-line.ts';
import { styleFor } from '../text/style.ts';
import { UsageError } from '../usage-error.ts';
import { askApproval, stepsIn } from './approve.ts';
import { type CheckOptions, refuseContradictions } from './check-options.ts';
import { type CheckResult, type CheckRun, checkClusters, prepareRun } from './check-run.ts';
import { printPlan, printReport } from './print-report.ts';
import { startProgress } from './progress.ts';

/** `rolecall check`: reads manifests and clusters, says what differs, and with `--repair` puts it right. */
export async function checkCommand(context: CliContext, options: CheckOptions): Promise<ExitCode> {
  const { io, clock } = context;
  refuseContradictions(options, io);
  const mappings = await loadMappings(options.file, io);
  warnAboutMembership(options, context);
  const owner = ownerMeant(options.owner, io);
  const note = ownerNote(owner);
  if (note !== undefined && !options.quiet) {
    io.stderr.write(paragraph(note, styleFor(io.stderr, io, { color: context.color })));
  }
  const stop = stopSignal(io.signal, options.timeout);
  const tally: Tally = { clusters: 0, of: undefined, repairing: false, writes: new Map() };
  try {
    const connection = await context.connect({
      profiles: options.profile ?? [],
      regions: options.region ?? [],
      concurrency: options.concurrency,
      signal: stop.signal,
    });
    try {
      const run = await prepareRun(options, {
        owner,
        mappings,
        connection,
        clock,
        signal: stop.signal,
        cwd: io.cwd,
      });
      return await checkAndRepair(context, run, tally);
    } finally {
      connection.close();
    }
  } catch (error) {
    throw explainStop(error, stop, tally);
  } finally {
    stop.clear();
  }
}

/** What was done so far, to be told when the run is stopped. */
interface Tally {
  clusters: number;
  of: number | undefined;
  repairing: boolean;
  /** By cluster and key: made, or perhaps made. */
  readonly writes: Map<string, 'done' | 'perhaps'>;
}

async function checkAndRepair(context: CliContext, run: CheckRun, tally: Tally): Promise<ExitCode> {
  const { io, color } = context;
  const { options } = run;
  const result = await checkClusters(run, {
    start: (source) => {
      tally.of = source.clusters;
      const style = styleFor(io.stderr, io, { color });
      const progress = startProgress(io.stderr, source, {
        quiet: options.quiet ?? false,
        glyphs: style.glyphs,
      });
      const clusterDone = () => {
        tally.clusters += 1;
        progress.clusterDone();
      };
      return { ...progress, clusterDone };
    },
  });
  const report = buildReport(result.facts);
  const closing = { invocation: context.invocation, clusterWords: clusterWords(run), owner: run.owner };
  const print = { io, color, output: options.output };
  if (!options.repair || stepsIn(report) === 0) {
    await printReport(report, { ...closing, repaired: options.repair ?? false }, print);
    return report.exitCode;
  }
  printPlan(report, print);
  const approved = await leaveToRepair(report, context, run);
  if (approved === undefined) return EXIT.error;
  const progress = startProgressLine(
    io.stderr,
    () => `${groupDigits(tally.writes.size)} of ${countText(stepsIn(report), 'change')} under way or made`,
    { quiet: options.quiet ?? false, glyphs: styleFor(io.stderr, io, { color }).glyphs },
  );
  const repaired = await repair(run, { result, approved, tally }).finally(() => progress.end());
  if (options.output === 'table' || options.output === 'wide') io.stdout.write('\n');
  await printReport(repaired, { ...closing, repaired: true } satisfies ClosingContext, print);
  return repaired.exitCode;
}

/** True for an approved plan, false for `--yes`, which nobody saw; `undefined` when nothing may be done. */
async function leaveToRepair(
  report: CheckReport,
  { io }: CliContext,
  run: CheckRun,
): Promise<boolean | undefined> {
  if (run.options.yes) return false;
  io.stderr.write('\n');
  const approval = await askApproval(report, io, run.signal);
  if (approval === 'approved') return true;
  io.stderr.write(
    approval === 'declined'
      ? 'Nothing was changed.\n'
      : 'error: nothing was changed: there is no terminal on which somebody could approve the plan\n' +
          '  add --yes to take every step that the brake lets pass\n',
  );
  return undefined;
}

interface RepairInput {
  readonly result: CheckResult;
  readonly approved: boolean;
  readonly tally: Tally;
}

async function repair(run: CheckRun, input: RepairInput): Promise<CheckReport> {
  const { result, approved, tally } = input;
  const { repairFleet } = await import('./repair.ts');
  tally.repairing = true;
  try {
    const repairs = await repairFleet({
      ...run,
      places: run.connection.places,
      checked: result.checked,
      approved,
      onWritten: (cluster, key, how) => {
        tally.writes.set(`${cluster.account}/${cluster.region}/${cluster.name} ${formatKey(key)}`, how);
      },
    });
    const clusters = result.facts.clusters.map((cluster) => ({
      ...cluster,
      repair: repairs.get(clusterArn(cluster.report.ref)),
    }));
    return buildReport({ ...result.facts, clusters, calls: run.connection.counter.snapshot() });
  } finally {
    await run.memory.flush();
  }
}

/** How a person would ask about one cluster of this run. */
function clusterWords({ options, owner, connection }: CheckRun): ClosingContext['clusterWords'] {
  return ({ name, account, region }) => {
    const at = connection.places.find(({ place }) => place.account === account && place.region === region);
    return [
      ...options.file.flatMap((path) => ['-f', path]),
      ...['--cluster', name, '--region', region],
      ...(at?.profile === undefined ? [] : ['--profile', at.profile]),
      ...ownerWords(owner),
    ];
  };
}

function warnAboutMembership({ verify, memory }: CheckOptions, { io }: CliContext): void {
  if (verify === 'full' || memory !== undefined) return;
  io.stderr.write(
    'warning: --verify membership without --memory FILE only lists: no key can be called clean, so the exit code will be 1\n',
  );
}

/** Says what was done before somebody, or the time, stopped us. Other errors pass. */
function explainStop(error: unknown, stop: StopSignal, tally: Tally): unknown {
  const reason = stop.reason();
  if (reason === undefined || error instanceof UsageError) return error;
  const looked =
    tally.of === undefined
      ? 'before any cluster was looked at'
      : `with ${tally.clusters} of ${countText(tally.of, 'cluster')} checked`;
  const done = tally.repairing ? writesText(tally.writes) : 'nothing was changed';
  return new StoppedError(
    `${reason}, ${looked}: ${done}`,
    'run the same command again: it finds out what is left',
  );
}

/** Of a write whose answer was given up nobody can tell whether it happened. */
function writesText(writes: Tally['writes']): string {
  const keys = (how: 'done' | 'perhaps') => [...writes].filter(([, is]) => is === how).map(([key]) => key);
  const done = keys('done');
  const perhaps = keys('perhaps');
  const made =
    done.length === 0
      ? 'no change was confirmed'
      : `${countText(done.length, 'change')} made: ${listText(done, 10)}`;
  return perhaps.length === 0
    ? made
    : `${made}; ${countText(perhaps.length, 'change')} under way may have been made, too: ${listText(perhaps, 10)}`;
}
