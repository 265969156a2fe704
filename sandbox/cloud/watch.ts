import type { AdvanceableClock } from '../clock.ts';
import { Alarm, type AlarmChange, type AlarmDefinition } from '../logs/alarm.ts';
import type { MetricStore } from '../logs/metric-store.ts';
import type { Queue } from '../sqs/queue.ts';
import { arnOf, metricPlaceOf } from './arn.ts';
import type { Deliver } from './delivery.ts';
import type { Journal } from './journal.ts';
import type { Work } from './work.ts';

export interface WatchSurroundings {
  readonly clock: AdvanceableClock;
  readonly metrics: MetricStore;
  readonly journal: Journal;
  readonly work: Work;
  readonly queues: ReadonlyMap<string, Queue>;
  readonly deliver: Deliver;
}

const MINUTE_MS = 60_000;

/** Looks every minute: how full the queues are, and what the alarms say of it. Begins with the first alarm. */
export class Watch {
  private readonly around: WatchSurroundings;
  private readonly alarms = new Map<string, Alarm>();
  private cancel: (() => void) | undefined;

  constructor(surroundings: WatchSurroundings) {
    this.around = surroundings;
  }

  add(definition: AlarmDefinition): Alarm {
    const alarm = new Alarm(definition);
    this.alarms.set(definition.arn, alarm);
    if (!this.cancel) this.arm();
    return alarm;
  }

  /** Every alarm, in the order in which they were added. */
  list(): readonly Alarm[] {
    return [...this.alarms.values()];
  }

  stop(): void {
    this.cancel?.();
    this.cancel = undefined;
  }

  private arm(): void {
    const { clock } = this.around;
    const next = (Math.floor(clock.now() / MINUTE_MS) + 1) * MINUTE_MS;
    this.cancel = clock.at(next, () => {
      this.arm();
      this.look();
    });
  }

  private look(): void {
    const { clock, metrics } = this.around;
    const now = clock.now();
    for (const queue of this.around.queues.values()) this.measure(queue, now);
    for (const alarm of this.alarms.values()) {
      const change = alarm.evaluate(metrics, now);
      if (change) this.tell(change);
    }
  }

  /** Into the minute that has just ended. */
  private measure(queue: Queue, now: number): void {
    const counts = queue.counts();
    const place = metricPlaceOf(queue.place);
    const values: Record<string, number> = {
      ApproximateNumberOfMessagesVisible: counts.visible,
      ApproximateNumberOfMessagesNotVisible: counts.inFlight,
      ApproximateNumberOfMessagesDelayed: counts.delayed,
      ApproximateAgeOfOldestMessage: counts.ageOfOldestSeconds,
    };
    for (const [name, value] of Object.entries(values)) {
      const dimensions = { QueueName: queue.name };
      this.around.metrics.put({ namespace: 'AWS/SQS', name, dimensions, place, value, at: now - 1 });
    }
  }

  private tell({ alarm, from, to, at, reason }: AlarmChange): void {
    const { journal, work, deliver } = this.around;
    const why = alarm.description === undefined ? reason : `${alarm.description} (${reason})`;
    journal.note('alarm', alarm.arn, `${alarm.name}: ${from} to ${to}: ${why}`);
    const actions = to === 'ALARM' ? alarm.alarmActions : to === 'OK' ? alarm.okActions : [];
    const { account, region } = arnOf(alarm.arn);
    const message = {
      AlarmName: alarm.name,
      AlarmDescription: alarm.description ?? null,
      AWSAccountId: account,
      NewStateValue: to,
      NewStateReason: reason,
      StateChangeTime: new Date(at).toISOString(),
      Region: region,
      AlarmArn: alarm.arn,
      OldStateValue: from,
    };
    for (const targetArn of actions ?? []) {
      const delivery = deliver({
        principal: {
          kind: 'service',
          service: 'cloudwatch.amazonaws.com',
          sourceArn: alarm.arn,
          sourceAccount: account,
        },
        targetArn,
        payload: JSON.stringify(message),
      });
      void work.track(delivery).then((outcome) => {
        if (outcome.kind === 'failed')
          journal.note('dropped', alarm.arn, `for ${targetArn}: ${outcome.message}`);
      });
    }
  }
}
