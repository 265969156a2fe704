import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Caller } from '../caller.ts';
import type { AdvanceableClock } from '../clock.ts';
import type { ResettableWorld } from '../create-world.ts';
import { Database } from '../dynamodb/database.ts';
import { findDynamo } from '../dynamodb/find-dynoxide.ts';
import { type Dispatch, EventBus, type EventBusDefinition, type RuleDefinition } from '../eventbridge/bus.ts';
import { connectCloudTrail } from '../eventbridge/cloudtrail-source.ts';
import { Dispatcher, principalOf } from '../eventbridge/dispatcher.ts';
import { runRuleSchedule } from '../eventbridge/rule-schedule.ts';
import { AsyncInvoker } from '../lambda/async-invoker.ts';
import { LambdaFunction, type LambdaFunctionDefinition } from '../lambda/function.ts';
import { shareClock } from '../lambda/shared-clock.ts';
import { Slots } from '../lambda/slots.ts';
import { SqsMapping, type SqsMappingDefinition } from '../lambda/sqs-mapping.ts';
import { StreamMapping, type StreamMappingDefinition } from '../lambda/stream-mapping.ts';
import { Warm } from '../lambda/warm.ts';
import type { Alarm, AlarmDefinition } from '../logs/alarm.ts';
import { LogStore } from '../logs/log-store.ts';
import { MetricStore } from '../logs/metric-store.ts';
import { partitionOf } from '../partition.ts';
import { type RandomSource, seededRandom } from '../random.ts';
import { Schedule, type ScheduleDefinition } from '../scheduler/schedule.ts';
import { sendToSubscriber } from '../sns/send-to-subscriber.ts';
import { Topic, type TopicDefinition } from '../sns/topic.ts';
import type { MoveTask } from '../sqs/move-task.ts';
import { Queue, type QueueDefinition } from '../sqs/queue.ts';
import { type Authorize, allowEverything } from './access.ts';
import { arnOf } from './arn.ts';
import { Chaos } from './chaos.ts';
import { deliverer, unqualified } from './deliverer.ts';
import type { Deliver, DeliveryOutcome } from './delivery.ts';
import { Journal } from './journal.ts';
import { roleCredentials } from './role-credentials.ts';
import { Watch } from './watch.ts';
import { Work } from './work.ts';

export interface CloudOptions {
  readonly world: ResettableWorld;
  /** Decides on every call and every delivery; everything is allowed unless given. */
  readonly authorize?: Authorize | undefined;
  /** Where the logs of functions go; they stay in memory unless given. */
  readonly logFolder?: string | undefined;
  /** Where deploy zips are unpacked. */
  readonly cacheFolder?: string | undefined;
  /** How many functions run at once on this machine; four for each of its processors unless said otherwise. */
  readonly slots?: number | undefined;
  /** Milliseconds between a call and its CloudTrail event; 0 unless said otherwise. */
  readonly trailDelayMs?: number | undefined;
  /** Where an engine for DynamoDB is looked for; `process.env` unless given. */
  readonly environment?: Readonly<Record<string, string | undefined>> | undefined;
  /** For ids; the same seed and the same calls give the same ids. */
  readonly seed?: number | undefined;
}

/** Functions mostly wait for what they call, so that there may be more of them than processors. */
const DEFAULT_SLOTS = Math.min(24, 4 * availableParallelism());
/** Environments that are kept warm beyond those that can run at once. */
const SPARE = 4;

/** Everything of the cloud that a deployed application is made of, in all accounts and regions, by ARN. */
export class Cloud {
  readonly world: ResettableWorld;
  readonly clock: AdvanceableClock;
  readonly random: RandomSource;
  readonly work = new Work();
  readonly journal: Journal;
  readonly metrics = new MetricStore();
  readonly logs: LogStore;
  readonly chaos: Chaos;
  readonly authorize: Authorize;
  readonly deliver: Deliver;
  /** By service, `states`: how to deliver to what the cloud does not hold itself. */
  readonly otherTargets = new Map<string, Deliver>();
  readonly queues = new Map<string, Queue>();
  readonly moveTasks: MoveTask[] = [];
  readonly topics = new Map<string, Topic>();
  readonly buses = new Map<string, EventBus>();
  readonly functions = new Map<string, LambdaFunction>();
  readonly schedules = new Map<string, Schedule>();
  /** Where stream mappings tell what they gave up; other dead-letter queues are named by what uses them. */
  readonly givenUpTo = new Set<string>();
  readonly asyncInvoker: AsyncInvoker;
  readonly watch: Watch;
  /** `http://127.0.0.1:4566`: set when the sandbox listens. */
  endpoint = 'http://127.0.0.1';
  /** Milliseconds between a call and its CloudTrail event; counts for the calls after it is set. */
  trailDelayMs: number;
  private readonly options: CloudOptions;
  private readonly databases = new Map<string, Database>();
  private readonly dispatcher: Dispatcher;
  private readonly slots: Slots;
  private readonly warm: Warm;
  private readonly sharedClock: ReturnType<typeof shareClock>;
  private readonly stops: (() => void)[] = [];

  constructor(options: CloudOptions) {
    this.options = options;
    this.world = options.world;
    this.clock = options.world.clock;
    this.random = seededRandom(options.seed ?? 1);
    this.journal = new Journal(this.clock);
    this.logs = new LogStore({ folder: options.logFolder });
    this.chaos = new Chaos(this.clock, this.journal);
    this.authorize = options.authorize ?? allowEverything;
    this.trailDelayMs = options.trailDelayMs ?? 0;
    const slots = options.slots ?? DEFAULT_SLOTS;
    this.slots = new Slots(slots);
    this.warm = new Warm(slots + SPARE);
    this.sharedClock = shareClock(this.clock);
    this.asyncInvoker = new AsyncInvoker({ ...this.around(), deliver: (delivery) => this.deliver(delivery) });
    this.deliver = deliverer({ ...this, others: this.otherTargets });
    this.watch = new Watch(this);
    this.dispatcher = new Dispatcher({ ...this, forward: (dispatch) => this.forward(dispatch) });
    const { trail } = this.world;
    const defaultBus = (account: string, region: string) => this.defaultBus(account, region);
    this.stops.push(
      this.sharedClock.stop,
      connectCloudTrail({
        trail,
        clock: this.clock,
        chaos: this.chaos,
        defaultBus,
        delayMs: () => this.trailDelayMs,
      }),
    );
  }

  addQueue(definition: QueueDefinition): Queue {
    return added(
      this.queues,
      new Queue(definition, { clock: this.clock, random: this.random, queue: (arn) => this.queues.get(arn) }),
    );
  }

  addTopic(definition: TopicDefinition): Topic {
    return added(
      this.topics,
      new Topic(definition, (topic, subscription, publication) =>
        sendToSubscriber(this, topic, subscription, publication),
      ),
    );
  }

  addBus(definition: EventBusDefinition): EventBus {
    return added(this.buses, new EventBus(definition, (dispatch) => this.dispatcher.send(dispatch)));
  }

  /** The default bus of an account and region, which is always there. */
  defaultBus(account: string, region: string): EventBus {
    const arn = `arn:${partitionOf(region)}:events:${region}:${account}:event-bus/default`;
    return this.buses.get(arn) ?? this.addBus({ arn });
  }

  /** Adds a rule to a bus, which must be there; the default buses always are. Its schedule begins at once. */
  addRule(busArn: string, rule: RuleDefinition): void {
    const { account, region, resource } = arnOf(busArn);
    const bus = resource === 'event-bus/default' ? this.defaultBus(account, region) : this.buses.get(busArn);
    if (!bus) throw new Error(`there is no bus ${busArn} for the rule ${rule.name}`);
    bus.addRule(rule);
    if (rule.scheduleExpression !== undefined) this.stops.push(runRuleSchedule(bus, rule, this));
  }

  /** Adds a schedule and starts it. */
  addSchedule(definition: ScheduleDefinition): Schedule {
    const schedule = new Schedule(definition, this);
    this.schedules.set(definition.arn, schedule);
    schedule.start();
    this.stops.push(() => schedule.stop());
    return schedule;
  }

  addFunction(definition: LambdaFunctionDefinition): LambdaFunction {
    const fn = new LambdaFunction(definition, {
      ...this.around(),
      metrics: this.metrics,
      logs: this.logs,
      slots: this.slots,
      warm: this.warm,
      cacheFolder: this.options.cacheFolder ?? join(tmpdir(), 'rolecall-sandbox-functions'),
      sharedClock: this.sharedClock.memory,
      endpoint: () => this.endpoint,
      credentials: (roleArn, sessionName) => roleCredentials(this.world, roleArn, sessionName),
    });
    return added(this.functions, fn);
  }

  /** Lets a function handle a queue, from now on. Throws `AwsError` for what AWS refuses. */
  mapQueue(definition: SqsMappingDefinition): SqsMapping {
    const ends = {
      queue: existing(this.queues, definition.queueArn),
      fn: existing(this.functions, unqualified(definition.functionArn)),
    };
    const mapping = new SqsMapping(definition, ends, this);
    mapping.start();
    this.stops.push(() => mapping.stop());
    return mapping;
  }

  /** Lets a function handle the stream of a table, from now on; switches the stream on. */
  async mapStream(
    tableArn: string,
    definition: Omit<StreamMappingDefinition, 'streamArn'>,
  ): Promise<StreamMapping> {
    const { account, region, resource } = arnOf(tableArn);
    const source = await this.database(account, region).enableStream(resource.replace(/^table\//, ''));
    const fn = existing(this.functions, unqualified(definition.functionArn));
    if (definition.onFailureArn !== undefined) this.givenUpTo.add(definition.onFailureArn);
    const mapping = new StreamMapping({ ...definition, streamArn: source.arn }, { source, fn }, this);
    mapping.start();
    this.stops.push(() => mapping.stop());
    return mapping;
  }

  addAlarm(definition: AlarmDefinition): Alarm {
    return this.watch.add(definition);
  }

  /**
   * DynamoDB of an account and region; made when first asked for. Throws `NoDynamoError` where this machine has none.
   */
  database(account: string, region: string): Database {
    const key = `${account} ${region}`;
    const known = this.databases.get(key);
    if (known) return known;
    const { clock, work, journal } = this;
    const engine = findDynamo(this.options.environment ?? process.env);
    const database = new Database({ account, region }, { clock, work, journal, engine });
    this.databases.set(key, database);
    return database;
  }

  /** Whether a function that is to crash during such a call has made this one: its answer reaches nobody. */
  interrupts(caller: Caller, call: string): boolean {
    const accessKeyId = this.world.sessions.originOf(caller);
    return [...this.functions.values()].some((fn) => fn.crashesDuring(accessKeyId, call));
  }

  /** Resolves when nothing is under way: no delivery, no function, no database call. What waits for the clock waits. */
  quiet(): Promise<void> {
    return this.work.quiet();
  }

  /**
   * Moves the clock from timer to timer and lets everything that one sets off come to rest before the next: a day
   * plays out as it would. Moving the clock by itself runs the timers, too, but work in between sees the end only.
   */
  async advance(ms: number): Promise<void> {
    const until = this.clock.now() + ms;
    await this.quiet();
    for (
      let next = this.clock.nextTimer();
      next !== undefined && next <= until;
      next = this.clock.nextTimer()
    ) {
      this.clock.advance(Math.max(0, next - this.clock.now()));
      await this.quiet();
    }
    this.clock.advance(Math.max(0, until - this.clock.now()));
    await this.quiet();
  }

  /** Ends every function, database and schedule. */
  async stop(): Promise<void> {
    for (const stop of this.stops) stop();
    this.watch.stop();
    await Promise.all([...this.functions.values()].map((fn) => fn.stop()));
    await Promise.all([...this.databases.values()].map((database) => database.stop()));
  }

  /** From a bus to another one; the front door has its say. An event that came from elsewhere goes no further. */
  private forward(dispatch: Dispatch): DeliveryOutcome {
    const { target, event } = dispatch;
    const { account, region, resource } = arnOf(target.arn);
    const bus =
      resource === 'event-bus/default' ? this.defaultBus(account, region) : this.buses.get(target.arn);
    const answer = this.authorize({
      principal: principalOf(dispatch),
      action: 'events:PutEvents',
      resource: target.arn,
      account,
      region,
      resourcePolicy: bus?.policy,
      context: { 'events:source': event.source, 'events:detail-type': event['detail-type'] },
    });
    if (answer.kind === 'denied') {
      this.journal.note('denied', target.arn, answer.reason);
      return { kind: 'failed', retryable: false, code: 'NO_PERMISSIONS', message: answer.reason };
    }
    if (!bus)
      return {
        kind: 'failed',
        retryable: false,
        code: 'NO_RESOURCE',
        message: `${target.arn} does not exist.`,
      };
    bus.publish(event, { forwarded: true });
    return { kind: 'delivered' };
  }

  private around() {
    return { clock: this.clock, random: this.random, work: this.work, journal: this.journal };
  }
}

function added<T extends { readonly arn: string }>(map: Map<string, T>, one: T): T {
  if (map.has(one.arn)) throw new Error(`there is a ${one.arn} already`);
  map.set(one.arn, one);
  return one;
}

function existing<T>(map: ReadonlyMap<string, T>, arn: string): T {
  const found = map.get(arn);
  if (!found) throw new Error(`there is no ${arn}`);
  return found;
}
