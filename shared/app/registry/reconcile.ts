import { type BrakeUse, clusterCap } from '#shared/domain/brake.ts';
import type { Cluster, ClusterRef } from '#shared/domain/cluster.ts';
import type { Decision } from '#shared/domain/decision.ts';
import { formatKey, type KeyText } from '#shared/domain/key.ts';
import { stepOf } from '#shared/domain/plan.ts';
import { brakeScope } from '#shared/domain/registry/brake-ledger.ts';
import type { Cause } from '#shared/domain/registry/cause.ts';
import type { ClusterItem, Enrolment } from '#shared/domain/registry/cluster-item.ts';
import { contestEnds } from '#shared/domain/registry/contest.ts';
import type { FindingKind } from '#shared/domain/registry/finding.ts';
import type { WantedFinding } from '#shared/domain/registry/finding-states.ts';
import type { Ending } from '#shared/domain/registry/wanted-findings.ts';
import type { Clusters } from '#shared/ports/clusters.ts';
import type { CallOptions, PodIdentityReader, PodIdentityWriter } from '#shared/ports/pod-identity.ts';
import type { Roles } from '#shared/ports/roles.ts';
import { type ClusterCheck, checkCluster } from '../reconcile/check-cluster.ts';
import { hintOf } from '../reconcile/episode.ts';
import type { KeyHint } from '../reconcile/observe-keys.ts';
import type {
  ApprovedPlan,
  ClusterRepair,
  KeyOutcome,
  RepairDeps,
  RepairScope,
} from '../reconcile/repair.ts';
import { repairKeys } from '../reconcile/repair-cluster.ts';
import type { ReconcileSettings } from '../reconcile/settings.ts';
import type { WriteOutcome } from '../reconcile/write-outcome.ts';
import { brakeNews } from './brake-news.ts';
import { noteCluster } from './cluster-findings.ts';
import type { ConcludedKey } from './conclusions.ts';
import { type OpenedCluster, openCluster } from './open-cluster.ts';
import type { RegistryDeps } from './registry-deps.ts';
import { AnotherLife, askToMeet, makingSureOfLife } from './same-life.ts';

export interface ReconcileDeps extends RegistryDeps {
  readonly reader: PodIdentityReader;
  readonly writer: PodIdentityWriter;
  readonly roles: Roles;
  /** Asked whether it is still the cluster that was enrolled, where what was ours is not there any more. */
  readonly clusters: Pick<Clusters, 'describe'>;
  /** Names the episode: the same for a message that is delivered again, so that its writes bear the same tokens. */
  readonly episodeId: string;
  /** How often this has been tried, 1 for the first time. */
  readonly attempt?: number;
}

/** A key to reconcile, and what an event told of it. */
export interface KeyToReconcile extends KeyHint {
  readonly cause?: Cause;
  /** Written down as dealt with, together with what follows from it. */
  readonly eventId?: string;
  /** When the key was first refused because of its role, epoch milliseconds, if it comes back for that. */
  readonly refusedSince?: number;
  /**
   * When the answer to its write was first lost, or the key first turned out to be other than just seen, epoch
   * milliseconds, if it comes back for that.
   */
  readonly failingSince?: number;
}

export interface ReconcileRequest {
  readonly cluster: ClusterRef;
  /** The life of the cluster that is meant, epoch milliseconds; saves a request when it is right. */
  readonly createdAt?: number;
  readonly keys: readonly KeyToReconcile[] | 'all';
  readonly approved?: ApprovedPlan;
}

export type ReconcileAnswer =
  /** Nobody enrolled the cluster, or it is gone: nothing was looked at. */
  | { readonly kind: 'notEnrolled'; readonly state?: Enrolment['state'] }
  /**
   * The cluster that was meant is not the one that has the name now: nothing was written. `createdAt` is of the one that
   * the registry has, or that EKS has; absent when EKS has none.
   */
  | { readonly kind: 'otherCluster'; readonly createdAt?: number }
  | {
      readonly kind: 'reconciled';
      readonly cluster: Cluster;
      readonly frozen: boolean;
      /** How the keys ended that needed anything; those that wait end as `later` and are to be brought back. */
      readonly outcomes: readonly KeyOutcome[];
      /** Keys that are left alone because somebody fights over them, each until when (epoch milliseconds). */
      readonly deferred: readonly { readonly key: KeyToReconcile; readonly until: number }[];
      /** Keys that were looked at and that somebody fights over, each until when that is over if nobody goes on with it. */
      readonly contested: readonly { readonly key: KeyToReconcile; readonly until: number }[];
      /** Keys that need a write and were left alone because there was enough to do: to be brought back at once. */
      readonly left: readonly KeyToReconcile[];
      /** How many deletes and overwrites the brake held. */
      readonly braked: number;
      /** How many repairs have not gone well for a while, and are tried again. */
      readonly failing: number;
      /** Only when all keys were asked for. */
      readonly check?: ClusterCheck;
    };

/**
 * Reconciles keys of one cluster, or all of it, over the registry: reads the world again, puts right what is ours and
 * released, and records what that says: status, findings, audit, and what is told to others. Level-triggered: safe to
 * repeat, at any time, for any reason. Does not wait: a key that needs time ends as `later`.
 *
 * For one drifted key, four requests to the registry and two calls to EKS.
 */
export async function reconcile(
  deps: ReconcileDeps,
  request: ReconcileRequest,
  settings: ReconcileSettings,
  call: CallOptions = {},
): Promise<ReconcileAnswer> {
  const keys = request.keys === 'all' ? undefined : request.keys;
  const opened = await openCluster(deps, request.cluster, { keys, createdAt: request.createdAt });
  const refusal = refusalOf(opened, request);
  if (refusal || !opened) return refusal ?? { kind: 'notEnrolled' };
  const run = new Run(deps, opened, request, settings, call);
  try {
    return keys ? await run.keys(keys) : await run.all();
  } catch (error) {
    if (!(error instanceof AnotherLife)) throw error;
    await askToMeet(deps, opened.item.cluster);
    const { createdAt } = error;
    return { kind: 'otherCluster', ...(createdAt === undefined ? {} : { createdAt }) };
  } finally {
    await run.end();
  }
}

function refusalOf(
  opened: OpenedCluster | undefined,
  request: ReconcileRequest,
): ReconcileAnswer | undefined {
  if (!opened) return { kind: 'notEnrolled' };
  const { enrolment, cluster } = opened.item;
  if (enrolment.state === 'retired') return { kind: 'notEnrolled', state: 'retired' };
  const { createdAt } = request;
  if (createdAt === undefined || createdAt === cluster.createdAt) return undefined;
  return { kind: 'otherCluster', createdAt: cluster.createdAt };
}

/** One reconcile. */
class Run {
  readonly #deps: ReconcileDeps;
  readonly #opened: OpenedCluster;
  readonly #request: ReconcileRequest;
  readonly #settings: ReconcileSettings;
  readonly #call: CallOptions;
  readonly #told: ReadonlyMap<KeyText, KeyToReconcile>;
  readonly #concluding: Promise<void>[] = [];
  #failing = 0;

  constructor(
    deps: ReconcileDeps,
    opened: OpenedCluster,
    request: ReconcileRequest,
    settings: ReconcileSettings,
    call: CallOptions,
  ) {
    this.#deps = deps;
    this.#opened = opened;
    this.#request = request;
    this.#settings = settings;
    this.#call = call;
    const keys = request.keys === 'all' ? [] : request.keys;
    this.#told = new Map(keys.map((key) => [formatKey(key), key]));
  }

  async keys(keys: readonly KeyToReconcile[]): Promise<ReconcileAnswer> {
    const { item, frozen } = this.#opened;
    if (frozen) {
      const check = await this.#check({ keys });
      const outcomes = await this.#concludeFrozen(check);
      return { ...this.#answer(outcomes, []), contested: this.#contested(keys) };
    }
    const { now, later } = this.#divided(keys);
    const scope = { cluster: item.cluster, associations: item.associations ?? 0, failures: [] };
    return await this.#repair(scope, { now, later, left: [] });
  }

  async all(): Promise<ReconcileAnswer> {
    const { frozen, session } = this.#opened;
    const check = await this.#check({});
    await noteCluster(this.#deps, check.cluster.arn, newsOf(check, this.#deps.clock.now()));
    if (frozen) return { ...this.#answer(await this.#concludeFrozen(check), []), check };
    const steps = check.decisions.filter(({ verdict }) => stepOf(verdict));
    const quiet = check.decisions.filter(({ verdict }) => !stepOf(verdict));
    await session.conclude(quiet.map((decision) => ({ decision })));
    const { now, later } = this.#divided(steps.map(hintOf));
    const most = this.#mostToWrite() ?? now.length;
    const todo = { now: now.slice(0, most), later, left: now.slice(most) };
    return { ...(await this.#repair(check, todo)), check };
  }

  /** Half of it with each further try: what did not come to its end in time took on too much, or AWS asks for less. */
  #mostToWrite(): number | undefined {
    const { attempt = 1 } = this.#deps;
    const { writeAtMost } = this.#settings;
    return writeAtMost && Math.max(1, Math.floor(writeAtMost / 2 ** (attempt - 1)));
  }

  /** What is still on the way is waited for; a failure of it is this reconcile's failure. */
  async end(): Promise<void> {
    await Promise.all(this.#concluding);
    await this.#opened.session.flush();
  }

  async #check(options: { readonly keys?: readonly KeyHint[] }): Promise<ClusterCheck> {
    const { item } = this.#opened;
    return await checkCluster(this.#repairDeps(), item.cluster, this.#settings, {
      ...options,
      call: this.#call,
    });
  }

  async #repair(
    scope: RepairScope,
    { now: keys, later: deferred, left }: Todo,
  ): Promise<ReconcileAnswer & { kind: 'reconciled' }> {
    const refused = keys.flatMap((key) =>
      key.refusedSince === undefined ? [] : [[formatKey(key), key.refusedSince] as const],
    );
    const { approved } = this.#request;
    const repair = await repairKeys(this.#repairDeps(), scope, keys, this.#settings, {
      waits: false,
      refusedSince: new Map(refused),
      call: this.#call,
      ...(approved ? { approved } : {}),
      makeSure: makingSureOfLife(this.#deps.clusters, this.#opened.item.cluster, this.#call),
      onOutcome: (ended) => this.#conclude(ended, scope),
    });
    await this.#noteBrake(repair, scope, deferred.length + left.length);
    // Whether a fight has begun is known when what was done is concluded.
    await Promise.all(this.#concluding);
    const { braked, outcomes } = repair;
    const contested = this.#contested(keys);
    return { ...this.#answer(outcomes, deferred), contested, left, braked, failing: this.#failing };
  }

  #contested(keys: readonly KeyToReconcile[]): readonly { key: KeyToReconcile; until: number }[] {
    const now = this.#deps.clock.now();
    return keys.flatMap((key) => {
      const until = contestEnds(this.#opened.session.item(key)?.disturbances ?? [], now);
      return until === undefined ? [] : [{ key, until }];
    });
  }

  /** At once, so that a crash later on loses nothing of what was done. */
  #conclude(ended: KeyOutcome, scope: RepairScope): void {
    const concluding = this.#opened.session.conclude([this.#concluded(ended, scope)]);
    // Told in `end`; until then it is nobody's.
    concluding.catch(() => undefined);
    this.#concluding.push(concluding);
  }

  #concluded({ decision, outcome }: KeyOutcome, scope?: RepairScope): ConcludedKey {
    const told = this.#told.get(formatKey(decision));
    const ending = outcome && this.#endingOf(outcome, told);
    const concluded = { decision, ending, cause: told?.cause, eventId: told?.eventId };
    const { verdict } = decision;
    if (scope === undefined || verdict.kind !== 'hold' || verdict.reason !== 'brake') return concluded;
    const reading = this.#opened.session.brakeReading;
    return { ...concluded, brake: brakeScope(reading, this.#caps(scope.associations), scope.cluster.arn) };
  }

  /** What may still go well is no failure, unless it has not for a while: then somebody should know. */
  #endingOf(outcome: WriteOutcome, told: KeyToReconcile | undefined): Ending {
    const error = failureWorthAnotherTry(outcome);
    if (error === undefined) return outcome;
    const { attempt = 1, clock } = this.#deps;
    const since = told?.failingSince ?? clock.now();
    // A key that comes back does so in a message of its own: how often this one came says nothing of it.
    const attempts = comesBackAlone(outcome) ? 1 : attempt;
    const keepsFailing = attempts >= KEEPS_FAILING_ATTEMPTS || clock.now() - since >= KEEPS_FAILING_MS;
    if (!keepsFailing) return { kind: 'later' };
    this.#failing += 1;
    return { kind: 'failing', error };
  }

  async #concludeFrozen(check: ClusterCheck): Promise<readonly KeyOutcome[]> {
    const outcomes = check.decisions.map((decision): KeyOutcome => ({ decision: heldFrozen(decision) }));
    await this.#opened.session.conclude(outcomes.map((outcome) => this.#concluded(outcome)));
    return outcomes;
  }

  /** Keys that somebody fights over are repaired again only after a while. */
  #divided(keys: readonly KeyToReconcile[]) {
    const at = this.#deps.clock.now();
    const now: KeyToReconcile[] = [];
    const later: { readonly key: KeyToReconcile; readonly until: number }[] = [];
    for (const key of keys) {
      const until = this.#opened.session.item(key)?.backOffUntil ?? 0;
      if (until > at) later.push({ key, until });
      else now.push(key);
    }
    return { now, later };
  }

  /**
   * Held by the brake now: somebody has to look. Whether it holds no more, only a look at the whole cluster tells that
   * came to know every key and left none for later.
   */
  async #noteBrake(
    repair: ClusterRepair,
    scope: ClusterCheck | RepairScope,
    deferred: number,
  ): Promise<void> {
    const { associations } = scope;
    const { cluster, findings } = this.#opened.item;
    const held = repair.braked;
    if (held === 0 && findings?.brakeEngaged === undefined) return;
    const knowsAll = 'decisions' in scope && deferred === 0 && isWhole(scope, repair);
    if (held === 0 && !knowsAll) return;
    const brake = {
      clusterArn: cluster.arn,
      held,
      caps: this.#caps(associations),
      at: this.#deps.clock.now(),
    };
    const news = held > 0 ? brakeNews({ ...brake, reading: this.#opened.session.brakeReading }) : {};
    await noteCluster(this.#deps, cluster.arn, { wanted: [], ...news, judged: ['brakeEngaged'] });
  }

  #caps(associations: number): BrakeUse {
    const { brake } = this.#settings;
    return { cluster: clusterCap(brake, associations), fleet: brake.fleet };
  }

  #answer(outcomes: readonly KeyOutcome[], deferred: readonly { key: KeyToReconcile; until: number }[]) {
    const { item, frozen } = this.#opened;
    return {
      kind: 'reconciled' as const,
      cluster: item.cluster,
      frozen,
      outcomes,
      deferred,
      contested: [],
      left: [],
      braked: 0,
      failing: 0,
    };
  }

  #repairDeps(): RepairDeps {
    const { reader, writer, roles, clock, episodeId } = this.#deps;
    const { session } = this.#opened;
    return { reader, writer, roles, clock, desired: session, memory: session, newId: () => episodeId };
  }
}

/** Keys to repair now, those that somebody fights over, and those that would be too many for one run. */
interface Todo {
  readonly now: readonly KeyToReconcile[];
  readonly later: readonly { readonly key: KeyToReconcile; readonly until: number }[];
  readonly left: readonly KeyToReconcile[];
}

/** By then a message that backs off has waited for eight minutes (`shared/runtime/back-off.ts`). */
export const KEEPS_FAILING_ATTEMPTS = 6;
const KEEPS_FAILING_MS = 8 * 60_000;

function failureWorthAnotherTry(
  outcome: WriteOutcome,
): { readonly code: string; readonly message: string } | undefined {
  if (outcome.kind === 'failed' && outcome.error.retryable) return outcome.error;
  if (outcome.kind !== 'later') return undefined;
  const { why, message } = outcome;
  if (why === 'throttled') return { code: 'aws.throttled', message };
  if (why === 'changedMeanwhile') return { code: why, message };
  return why === 'answerLost' ? { code: 'aws.unavailable', message } : undefined;
}

function comesBackAlone(outcome: WriteOutcome): boolean {
  return outcome.kind === 'later' && outcome.why !== 'throttled';
}

/** Whether a look at a whole cluster, and what was done then, left nothing open that the brake may hold. */
function isWhole({ decisions, failures }: ClusterCheck, { outcomes }: ClusterRepair): boolean {
  const unseen = [...decisions, ...outcomes.map(({ decision }) => decision)].some(
    ({ verdict }) => verdict.kind === 'unknown' && verdict.reason !== 'desiredUnreadable',
  );
  const waits = outcomes.some(({ outcome }) => outcome?.kind === 'later' && outcome.why !== 'settling');
  return failures.length === 0 && !unseen && !waits;
}

/** Everything is still seen while writes are frozen. */
function heldFrozen(decision: Decision): Decision {
  const step = stepOf(decision.verdict);
  return step ? { ...decision, verdict: { kind: 'hold', reason: 'frozen', step } } : decision;
}

/** What a look at a whole cluster says of the cluster. */
function newsOf(check: ClusterCheck, at: number) {
  const [failure] = check.failures;
  const wanted: WantedFinding[] = failure
    ? [{ kind: 'clusterUnread', message: `${failure.code}: the cluster could not be read` }]
    : [];
  const judged: FindingKind[] = ['clusterUnread'];
  // A listing that was cut short has not counted them.
  const update = (item: ClusterItem): ClusterItem => {
    if (failure) return item;
    const { associations } = check;
    const readAgain = item.access?.kind === 'failed' ? { access: { kind: 'ok', at } as const } : {};
    const same = item.associations === associations && item.access?.kind !== 'failed';
    return same ? item : { ...item, associations, ...readAgain };
  };
  return { wanted, judged, update };
}
