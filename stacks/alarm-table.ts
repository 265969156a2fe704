import { FUNCTIONS, type FunctionName, METRIC } from '#shared/runtime/names.ts';
import type { Queues } from './queues.ts';

/** What an alarm watches. */
export type Watched =
  /** One of Rolecall's own metrics. */
  | {
      readonly kind: 'own';
      readonly metric: (typeof METRIC)[keyof typeof METRIC];
      readonly statistic: Statistic;
    }
  | { readonly kind: 'queueDepth' | 'queueAge'; readonly queue: QueueName }
  | { readonly kind: 'function'; readonly metric: 'Errors' | 'Throttles'; readonly function: FunctionName }
  /** How far the outbox's reader is behind, in milliseconds. */
  | { readonly kind: 'streamAge'; readonly function: FunctionName };

type Statistic = 'Sum' | 'Maximum';
export type QueueName =
  | Exclude<keyof Queues, 'undelivered' | 'lost'>
  | `${Exclude<keyof Queues, 'undelivered' | 'lost'>}Dead`
  | 'lost';

export interface AlarmDefinition {
  /** Name of the alarm, and of its entry in docs/runbook.md (without a `-` and function's name at the end). */
  readonly id: string;
  readonly runbook: string;
  readonly what: string;
  readonly watched: Watched;
  /** It goes off above this … */
  readonly above: number;
  /** … in the last so many periods of `periodMinutes` each … */
  readonly periods: number;
  readonly periodMinutes: number;
  /** … or in so many of them. */
  readonly datapointsToAlarm?: number;
  /**
   * It tells that something happened, and silence afterwards does not mean that it is over: so nobody is told that it is OK again.
   */
  readonly tellsOnce?: boolean;
}

/**
 * For what only a look sees, where the look comes back at each quarter of an hour (`nextQuarter` in
 * `shared/app/drift/follow-ups.ts`): once within half an hour is enough, and it stays on as long as the looks go on seeing it.
 */
const AT_EACH_LOOK = { periods: 2, periodMinutes: 15, datapointsToAlarm: 1 } as const;

/** Every alarm. Each has its entry in docs/runbook.md; a test holds the two against each other. */
export const ALARMS: readonly AlarmDefinition[] = [
  // Most drift that is held is looked at no more until something changes.
  own('drift-open', METRIC.driftOpen, 'Maximum', 'Drift is found and not put right', {
    ...AT_EACH_LOOK,
    tellsOnce: true,
  }),
  own('repair-failed', METRIC.repairFailed, 'Sum', 'A repair failed for good', { tellsOnce: true }),
  own('cluster-unread', METRIC.clusterUnread, 'Maximum', 'A cluster cannot be read', AT_EACH_LOOK),
  own('brake-engaged', METRIC.brakeEngaged, 'Maximum', 'The brake holds writes back', { tellsOnce: true }),
  own(
    'writes-frozen',
    METRIC.frozen,
    'Maximum',
    'Writes are frozen, or the switch cannot be read',
    AT_EACH_LOOK,
  ),
  own('aws-throttles', METRIC.throttled, 'Sum', 'AWS asks to slow down', {
    above: 50,
    periods: 3,
    periodMinutes: 5,
  }),
  own('event-unreadable', METRIC.eventUnreadable, 'Sum', 'An event could not be read', { tellsOnce: true }),
  deadLetters('inbound-dead-letters', 'inboundDead', 'Events could not be handled'),
  deadLetters('reconcile-dead-letters', 'reconcileDead', 'Reconciles were given up'),
  deadLetters('waiting-dead-letters', 'waitingDead', 'Reconciles that waited were not resumed'),
  deadLetters('enrol-dead-letters', 'enrolDead', 'Clusters could not be enrolled or retired'),
  deadLetters('outbox-lost', 'lost', 'Entries of the outbox were not dispatched'),
  age('inbound-age', 'inbound', 'Events wait too long', 300),
  age('reconcile-age', 'reconcile', 'Clusters wait too long to be reconciled', 900),
  {
    id: 'outbox-age',
    runbook: 'outbox-age',
    what: 'The outbox is read too late',
    watched: { kind: 'streamAge', function: 'dispatch-outbox' },
    above: 120_000,
    periods: 3,
    periodMinutes: 1,
  },
  ...FUNCTIONS.map((name) => ofFunction('function-throttled', 'Throttles', name, 'Lambda runs no more of')),
  ...FUNCTIONS.map((name) => ofFunction('function-errors', 'Errors', name, 'Invocations fail of')),
];

/** What EventBridge could not deliver; there is a queue for it in each region that has rules. */
export const UNDELIVERED_ALARM = {
  id: 'events-undelivered',
  what: 'EventBridge could not deliver events',
} as const;

type Timing = Partial<
  Pick<AlarmDefinition, 'above' | 'periods' | 'periodMinutes' | 'datapointsToAlarm' | 'tellsOnce'>
>;

function own(
  id: string,
  metric: (typeof METRIC)[keyof typeof METRIC],
  statistic: Statistic,
  what: string,
  timing: Timing = {},
) {
  return {
    id,
    runbook: id,
    what,
    watched: { kind: 'own', metric, statistic },
    above: 0,
    periods: 1,
    periodMinutes: 5,
    ...timing,
  } as const;
}

function deadLetters(id: string, queue: QueueName, what: string): AlarmDefinition {
  return {
    id,
    runbook: id,
    what,
    watched: { kind: 'queueDepth', queue },
    above: 0,
    periods: 1,
    periodMinutes: 1,
  };
}

function age(id: string, queue: QueueName, what: string, seconds: number): AlarmDefinition {
  return {
    id,
    runbook: id,
    what,
    watched: { kind: 'queueAge', queue },
    above: seconds,
    periods: 3,
    periodMinutes: 1,
  };
}

function ofFunction(
  runbook: string,
  metric: 'Errors' | 'Throttles',
  name: FunctionName,
  what: string,
): AlarmDefinition {
  return {
    id: `${runbook}-${name}`,
    runbook,
    what: `${what} ${name}`,
    watched: { kind: 'function', metric, function: name },
    above: 0,
    periods: 2,
    periodMinutes: 5,
  };
}
