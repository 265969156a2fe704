import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { createHandler as createDetect } from '#functions/detect-drift/create-handler.ts';
import { createHandler as createDispatch } from '#functions/dispatch-outbox/create-handler.ts';
import { createHandler as createEnrol } from '#functions/enrol-cluster/create-handler.ts';
import { createHandler as createReconcile } from '#functions/reconcile-associations/create-handler.ts';
import { createHandler as createResume } from '#functions/resume-waiting/create-handler.ts';
import { HintReader } from '#shared/app/registry/read-hint.ts';
import type { Cluster } from '#shared/domain/cluster.ts';
import { fifoQueue, type Source, standardQueue } from '#shared/runtime/sources.ts';
import type { Log, MetricName, QueuedMessage, RecordScope, Worker } from '#shared/runtime/worker.ts';
import { FakeBus } from '#test/fakes/fake-bus.ts';
import { FakeQueue } from '#test/fakes/fake-queue.ts';
import { aRegistryWorld, type RegistryReconcileWorld } from './a-registry-world.ts';

/** The role by which the hub writes. */
export const WRITER_ROLE = 'rolecall-hub-spoke-write';

/** The functions of the hub with their queues, over a world in memory: cluster `c1`, enrolled. */
export class Hub {
  readonly world: RegistryReconcileWorld;
  readonly inbound: FakeQueue;
  readonly reconcile: FakeQueue;
  readonly waiting: FakeQueue;
  readonly enrol: FakeQueue;
  readonly bus = new FakeBus();
  /** Values by metric, in order. */
  readonly metrics = new Map<MetricName, number[]>();
  /** What was logged, in order, with its level and fields. */
  readonly logged: Readonly<Record<string, unknown>>[] = [];
  signal: AbortSignal = new AbortController().signal;
  readonly #workers: Readonly<Record<'detect' | 'reconcile' | 'resume' | 'enrol', Worker<QueuedMessage>>>;
  readonly #dispatch: ReturnType<typeof createDispatch>;
  #dispatched = 0;

  constructor(world: RegistryReconcileWorld) {
    this.world = world;
    const { clock, deps, eks, roles } = world;
    this.inbound = new FakeQueue({ clock, name: 'inbound' });
    this.reconcile = new FakeQueue({ clock, name: 'reconcile.fifo', fifo: true });
    this.waiting = new FakeQueue({ clock, name: 'waiting' });
    this.enrol = new FakeQueue({ clock, name: 'enrol' });
    const { reconcile: reconcileQueue, waiting: waitingQueue, enrol: enrolQueue, bus } = this;
    const { settings } = world;
    const { reader, writer, clusters } = eks;
    this.#workers = {
      detect: createDetect({
        ...deps,
        hints: new HintReader(deps),
        reconcileQueue,
        enrolQueue,
        writerRole: WRITER_ROLE,
        settleMs: settings.settleMs,
      }),
      reconcile: createReconcile({ ...deps, reader, writer, clusters, roles, waitingQueue, settings }),
      resume: createResume({ reconcileQueue }),
      enrol: createEnrol({ ...deps, clusters, enrolQueue, budgetMs: 20_000 }),
    };
    this.#dispatch = createDispatch({ reconcileQueue, enrolQueue, bus });
  }

  /** EventBridge puts events into the inbound queue. */
  async deliver(...events: readonly string[]): Promise<void> {
    await this.inbound.send(events.map((body) => ({ body })));
  }

  detect(): Promise<SQSBatchResponse> {
    return this.#run(this.inbound, standardQueue({ visibility: this.inbound, random: () => 0 }), 'detect');
  }

  reconcileOnce(): Promise<SQSBatchResponse> {
    return this.#run(
      this.reconcile,
      fifoQueue({ visibility: this.reconcile, random: () => 0 }),
      'reconcile',
      1,
    );
  }

  resume(): Promise<SQSBatchResponse> {
    return this.#run(this.waiting, standardQueue({ visibility: this.waiting, random: () => 0 }), 'resume');
  }

  enrolOnce(): Promise<SQSBatchResponse> {
    return this.#run(this.enrol, standardQueue({ visibility: this.enrol, random: () => 0 }), 'enrol', 1);
  }

  /** The outbox's stream. */
  async dispatch(): Promise<void> {
    const rows = this.world.registry.outbox.slice(this.#dispatched);
    for (const row of rows) {
      await this.#dispatch.handle({ id: row.id, row: { ...row } }, this.#scope());
      this.#dispatched += 1;
    }
  }

  /** Everything that may be done now is done; what waits for time goes on waiting. */
  async settle(): Promise<void> {
    for (let rounds = 0; rounds < 200; rounds += 1) {
      const before = this.#activity;
      await this.detect();
      await this.enrolOnce();
      await this.resume();
      await this.reconcileOnce();
      await this.dispatch();
      if (this.#activity === before) return;
    }
    throw new Error('it never comes to rest');
  }

  /** Time goes on in small steps, and everything that falls due is done. */
  async pass(milliseconds: number, stepMs = 1_000): Promise<void> {
    for (let passed = 0; passed < milliseconds; passed += stepMs) {
      this.world.clock.jump(stepMs);
      await this.settle();
    }
  }

  sum(name: MetricName): number {
    return (this.metrics.get(name) ?? []).reduce((sum, value) => sum + value, 0);
  }

  #activity = 0;
  readonly #log: Log = {
    scope: () => {},
    info: (message, fields) => this.logged.push({ level: 'INFO', message, ...fields }),
    warn: (message, fields) => this.logged.push({ level: 'WARN', message, ...fields }),
    error: (message, error, fields) => this.logged.push({ level: 'ERROR', message, error, ...fields }),
  };

  async #run(
    queue: FakeQueue,
    source: Source<SQSEvent, QueuedMessage, SQSBatchResponse>,
    worker: 'detect' | 'reconcile' | 'resume' | 'enrol',
    count = 10,
  ): Promise<SQSBatchResponse> {
    const event = queue.receive(count);
    this.#activity += event.Records.length;
    const answer = await source.take(event, this.#workers[worker], () => this.#scope(), {} as Context);
    queue.settle(event, answer.batchItemFailures);
    return answer;
  }

  #scope(): RecordScope {
    const add = (name: MetricName, value: number) => {
      this.metrics.set(name, [...(this.metrics.get(name) ?? []), value]);
    };
    return { signal: this.signal, log: this.#log, metrics: { add } };
  }
}

/** With cluster `c1` enrolled. */
export async function aHub(cluster: Partial<Cluster> = {}): Promise<Hub> {
  return new Hub(await aRegistryWorld({ name: 'c1', ...cluster }));
}
