import type { JournalEntry } from '#sandbox/cloud/journal.ts';
import type { TrailEvent } from '#sandbox/cloudtrail/trail.ts';
import type { PlayedGraph } from '#sandbox/play/play-graph.ts';
import { METRIC, METRIC_NAMESPACE } from '#shared/runtime/names.ts';
import { SCALE_KEYS } from './scale-fleet.ts';
import { createFleet, type ScaleHub, type ScaleHubOptions, startScaleHub } from './scale-hub.ts';
import { type EpisodeKind, type ScaleEpisode, ScaleLoad } from './scale-load.ts';
import { rolecallCalls, type ScaleReport, scaleReport, wrongKeys } from './scale-report.ts';

export interface ScaleOptions extends ScaleHubOptions {
  /** Events of changes by others, duplicates included; Rolecall's own come on top. */
  readonly events: number;
  readonly seed: number;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: ScaleProgress) => void) | undefined;
}

export interface ScaleProgress {
  readonly phase: 'enrolling' | 'changing' | 'settling';
  /** Events of others on their way or arrived, of `events`. */
  readonly delivered: number;
  /** What was put right since the fleet was enrolled; until then, what was made. */
  readonly repaired: number;
  /** Keys that are not as they should be; counted only while the fleet is enrolled. */
  readonly wrong?: number;
  /** Messages in all queues. */
  readonly queued: number;
  /** On the sandbox's clock since the beginning, milliseconds. */
  readonly playedMs: number;
}

/** One in ten arrives twice, and each up to 20 seconds late: in no order. */
const CHAOS = { duplicate: 0.1, reorderMs: 20_000 };
/** The clock moves in such steps; what falls due in one is dealt with at once. */
const TICK_MS = 1_000;
/** Episodes begin, and go on, so far apart. */
const STEP_MS = 5_000;
/** As many steps as any episode takes. */
const CHANGING_STEPS = 4;
/** From one round of changes to the next: twice an hour at most the same key. */
const ROUND_MS = 35 * 60_000;
/** Of all keys, so many are changed in a round. */
const SHARE_A_ROUND = 0.8;
/** Nothing takes longer to come to rest: waits of a quarter of an hour, twice. */
const REST_MS = 35 * 60_000;
const ENROLLED_WITHIN_MS = 30 * 60_000;

/**
 * Plays a fleet, changes it behind Rolecall's back until so many events were delivered, and says how it ended. Events
 * are doubled and shuffled. Rejects with the signal's reason when it is aborted; nothing is left running either way.
 */
export async function runScale(options: ScaleOptions): Promise<ScaleReport> {
  const hub = await startScaleHub(options);
  try {
    return await new ScaleRun(hub, options).run();
  } finally {
    await hub.stop();
  }
}

class ScaleRun {
  readonly #hub: ScaleHub;
  readonly #played: PlayedGraph;
  readonly #options: ScaleOptions;
  readonly #tally: Tally;
  readonly #beganAt: number;
  readonly #episodes: Partial<Record<EpisodeKind, number>> = {};
  #phase: ScaleProgress['phase'] = 'enrolling';
  #repairedBefore = 0;

  constructor(hub: ScaleHub, options: ScaleOptions) {
    this.#hub = hub;
    this.#played = hub.played;
    this.#options = options;
    this.#tally = new Tally(hub.played);
    this.#beganAt = hub.played.world.clock.now();
  }

  async run(): Promise<ScaleReport> {
    await this.#enrol();
    this.#phase = 'changing';
    this.#played.cloud.chaos.set({ trail: CHAOS, seed: this.#options.seed });
    const callsBefore = rolecallCalls(this.#played);
    this.#repairedBefore = this.#repaired();
    this.#tally.begin();
    const began = { real: performance.now(), played: this.#played.world.clock.now() };
    await this.#change();
    this.#phase = 'settling';
    await this.#rest();
    return await scaleReport(this.#hub, {
      ...this.#tally.counts(),
      episodes: this.#episodes,
      callsBefore,
      repaired: this.#repaired() - this.#repairedBefore,
      realMs: performance.now() - began.real,
      playedMs: this.#played.world.clock.now() - began.played,
    });
  }

  /** Waits until every key of every cluster is as it should be, which is what an enrolment in `enforce` is for. */
  async #enrol(): Promise<void> {
    await createFleet(this.#hub);
    const { clock } = this.#played.world;
    const until = clock.now() + ENROLLED_WITHIN_MS;
    while (wrongKeys(this.#hub).length > 0) {
      if (clock.now() > until) {
        throw new Error(`the fleet is not enrolled: ${wrongKeys(this.#hub).slice(0, 3).join('; ')}`);
      }
      await this.#tick(TICK_MS);
    }
    await this.#rest();
  }

  async #change(): Promise<void> {
    const load = new ScaleLoad(this.#hub, this.#options.seed);
    const keys = this.#hub.clusters.length * SCALE_KEYS.length;
    const { clock } = this.#played.world;
    while (!this.#isEnough()) {
      const next = clock.now() + ROUND_MS;
      await this.#round(load.episodes(Math.ceil(keys * SHARE_A_ROUND)));
      if (this.#isEnough()) return;
      await this.#tick(Math.max(0, next - clock.now()));
    }
  }

  /** Begins episodes in some ticks one after the other, and lets everything come to rest. */
  async #round(episodes: readonly ScaleEpisode[]): Promise<void> {
    const share = Math.ceil(episodes.length / CHANGING_STEPS);
    for (let tick = 0; tick < 2 * CHANGING_STEPS; tick += 1) {
      for (const [index, { kind, ticks }] of episodes.entries()) {
        const steps = ticks[tick - Math.floor(index / share)] ?? [];
        for (const step of steps) {
          if (this.#isEnough()) return;
          await step();
        }
        if (steps === ticks[0]) this.#episodes[kind] = (this.#episodes[kind] ?? 0) + 1;
      }
      await this.#pass(STEP_MS);
    }
    await this.#rest();
  }

  #isEnough(): boolean {
    return this.#tally.counts().events >= this.#options.events;
  }

  /** Until nothing is under way and nothing waits in any queue, dead letters apart. */
  async #rest(): Promise<void> {
    const { clock } = this.#played.world;
    const until = clock.now() + REST_MS;
    // What chaos has delayed is in no queue yet.
    await this.#pass(CHAOS.reorderMs + 1_000);
    while (this.#queued() > 0 && clock.now() < until) await this.#tick(TICK_MS);
  }

  async #pass(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += TICK_MS) await this.#tick(TICK_MS);
  }

  async #tick(ms: number): Promise<void> {
    this.#options.signal?.throwIfAborted();
    this.#played.world.clock.advance(ms);
    await this.#played.quiet();
    this.#options.onProgress?.({
      phase: this.#phase,
      delivered: this.#tally.counts().events,
      repaired: this.#repaired() - this.#repairedBefore,
      ...(this.#phase === 'enrolling' ? { wrong: wrongKeys(this.#hub).length } : {}),
      queued: this.#queued(),
      playedMs: this.#played.world.clock.now() - this.#beganAt,
    });
  }

  #repaired(): number {
    return this.#played.cloud.metrics.total(METRIC_NAMESPACE, METRIC.driftRepaired);
  }

  #queued(): number {
    return [...this.#played.cloud.queues.values()]
      .filter(({ name }) => !DEAD_LETTERS.test(name))
      .map((queue) => queue.counts())
      .reduce((sum, { visible, inFlight, delayed }) => sum + visible + inFlight + delayed, 0);
  }
}

const DEAD_LETTERS = /(-dead|-dead\.fifo|-lost|-undelivered)$/;
/** The user of an account's own key, who makes all changes of others. */
const OTHERS = /^arn:aws:iam::\d{12}:user\//;

/** Counts the changes of others, and how many of their events are delivered twice. */
class Tally {
  readonly #changes = new Set<string>();
  readonly #doubled = new Set<string>();
  #counting = false;
  #events = 0;

  constructor({ world, cloud }: PlayedGraph) {
    world.trail.subscribe((event) => this.#changed(event));
    cloud.journal.subscribe((entry) => this.#noted(entry));
  }

  begin(): void {
    this.#counting = true;
  }

  counts(): { readonly events: number; readonly changes: number } {
    return { events: this.#events, changes: this.#changes.size };
  }

  #changed({ detail: { eventID, errorCode, userIdentity } }: TrailEvent): void {
    if (!this.#counting || errorCode !== undefined || !OTHERS.test(String(userIdentity['arn']))) return;
    this.#changes.add(eventID);
    this.#events += this.#doubled.has(eventID) ? 2 : 1;
  }

  /** The journal names what chaos doubles by source, name and id, before or after the trail tells us of it. */
  #noted({ kind, subject }: JournalEntry): void {
    if (!this.#counting || kind !== 'duplicated') return;
    const id = subject.split(' ').at(-1) ?? '';
    this.#doubled.add(id);
    if (this.#changes.has(id)) this.#events += 1;
  }
}
