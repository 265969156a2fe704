import { type BrakeUse, clusterCap } from '#shared/domain/brake.ts';
import { formatKey, type KeyText } from '#shared/domain/key.ts';
import { stepOf } from '#shared/domain/plan.ts';
import { brakeScope } from '#shared/domain/registry/brake-ledger.ts';
import { contestEnds } from '#shared/domain/registry/contest.ts';
import type { Ending } from '#shared/domain/registry/wanted-findings.ts';
import type { CallOptions } from '#shared/ports/pod-identity.ts';
import { type ClusterCheck, checkCluster } from '../reconcile/check-cluster.ts';
import { hintOf } from '../reconcile/episode.ts';
import type { KeyHint } from '../reconcile/observe-keys.ts';
import type { ClusterRepair, KeyOutcome, RepairDeps, RepairScope } from '../reconcile/repair.ts';
import { repairKeys } from '../reconcile/repair-cluster.ts';
import type { ReconcileSettings } from '../reconcile/settings.ts';
import type { WriteOutcome } from '../reconcile/write-outcome.ts';
import { brakeNews } from './brake-news.ts';
import { noteCluster } from './cluster-findings.ts';
import { heldFrozen, isWhole, newsOf } from './cluster-look.ts';
import type { ConcludedKey } from './conclusions.ts';
import { endingOf } from './failing-write.ts';
import type { OpenedCluster } from './open-cluster.ts';
import type {
  KeyToReconcile,
  ReconcileAnswer,
  ReconcileDeps,
  ReconcileRequest,
} from './reconcile-request.ts';
import { makingSureOfLife } from './same-life.ts';

/** Keys to repair now, those that somebody fights over, and those that would be too many for one run. */
interface Todo {
  readonly now: readonly KeyToReconcile[];
  readonly later: readonly { readonly key: KeyToReconcile; readonly until: number }[];
  readonly left: readonly KeyToReconcile[];
}

/** One reconcile of an opened cluster: `keys` or `all`, once, and then `end`. */
export class ReconcileRun {
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
    const isUnread = check.failures.length > 0;
    if (isUnread) await this.#noteCheck(check);
    const hints = check.decisions.map(hintOf);
    if (frozen) {
      const outcomes = await this.#concludeFrozen(check);
      if (!isUnread) await this.#noteCheck(check);
      return { ...this.#answer(outcomes, []), contested: this.#contested(hints), check };
    }
    const steps = check.decisions.filter(({ verdict }) => stepOf(verdict));
    const quiet = check.decisions.filter(({ verdict }) => !stepOf(verdict));
    await session.conclude(quiet.map((decision) => ({ decision })));
    const { now, later } = this.#divided(steps.map(hintOf));
    const most = this.#mostToWrite() ?? now.length;
    const todo = { now: now.slice(0, most), later, left: now.slice(most) };
    const repaired = await this.#repair(check, todo);
    // Not before: that the cluster could be listed is not yet that it may be looked after.
    if (!isUnread) await this.#noteCheck(check);
    return { ...repaired, contested: this.#contested(hints), check };
  }

  async #noteCheck(check: ClusterCheck): Promise<void> {
    await noteCluster(this.#deps, check.cluster.arn, newsOf(check, this.#deps.clock.now()));
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
    const brakeUnsure = await this.#noteBrake(repair, scope, deferred.length + left.length);
    // Whether a fight has begun is known when what was done is concluded.
    await Promise.all(this.#concluding);
    const { braked, outcomes } = repair;
    const contested = this.#contested(keys);
    const failing = this.#failing;
    return { ...this.#answer(outcomes, deferred), contested, left, brakeUnsure, braked, failing };
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

  #endingOf(outcome: WriteOutcome, told: KeyToReconcile | undefined): Ending {
    const { attempt = 1, clock } = this.#deps;
    const now = clock.now();
    const ending = endingOf(outcome, { attempt, now, since: told?.failingSince ?? now });
    if (ending.kind === 'failing') this.#failing += 1;
    return ending;
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
   * came to know every key and left none for later. Answers whether there has to be another one for that.
   */
  async #noteBrake(
    repair: ClusterRepair,
    scope: ClusterCheck | RepairScope,
    deferred: number,
  ): Promise<boolean> {
    const { associations } = scope;
    const { cluster, findings } = this.#opened.item;
    const held = repair.braked;
    if (held === 0 && findings?.brakeEngaged === undefined) return false;
    if (held === 0 && !('decisions' in scope)) return false;
    const knowsAll = 'decisions' in scope && deferred === 0 && isWhole(scope, repair);
    if (held === 0 && !knowsAll) return true;
    const brake = {
      clusterArn: cluster.arn,
      held,
      caps: this.#caps(associations),
      at: this.#deps.clock.now(),
    };
    const news = held > 0 ? brakeNews({ ...brake, reading: this.#opened.session.brakeReading }) : {};
    await noteCluster(this.#deps, cluster.arn, { wanted: [], ...news, judged: ['brakeEngaged'] });
    return false;
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
      brakeUnsure: false,
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
