import { FUNCTIONS, METRIC, METRIC_DIMENSION, METRIC_NAMESPACE } from '#shared/runtime/names.ts';
import type { Alarms } from './alarms.ts';
import type { InboundRules } from './inbound-rules.ts';
import { named } from './names.ts';
import type { Settings } from './settings.ts';

/** A line of a graph: namespace, metric, dimension and its value, and how it is drawn; of the home region, unless it says another. */
type Line = readonly [
  string,
  string,
  string,
  string,
  { readonly stat: string; readonly label: string; readonly region?: string },
];

const HALF = 12;
const ROW = 6;

/** One page: the alarms first, then drift and its repair, then what waits, then the functions. */
export function dashboard({ installation, region }: Settings, { all }: Alarms, rules: InboundRules) {
  const own = (metric: string, stat: string, label: string): Line => [
    METRIC_NAMESPACE,
    metric,
    METRIC_DIMENSION,
    installation,
    { stat, label },
  ];
  const graphs: readonly (readonly [string, readonly Line[]])[] = [
    ['Drift', [own(METRIC.driftOpen, 'Maximum', 'open'), own(METRIC.driftRepaired, 'Sum', 'repaired')]],
    [
      'Event to repair (ms)',
      [own(METRIC.eventToRepair, 'p50', 'median'), own(METRIC.eventToRepair, 'p99', 'p99')],
    ],
    [
      'Trouble',
      [
        own(METRIC.repairFailed, 'Sum', 'repairs failed'),
        own(METRIC.clusterUnread, 'Maximum', 'clusters unread'),
        own(METRIC.throttled, 'Sum', 'asked to slow down'),
        own(METRIC.eventUnreadable, 'Sum', 'events unreadable'),
        own(METRIC.unknownCluster, 'Sum', 'events of unknown clusters'),
      ],
    ],
    ['Held back', [own(METRIC.brakeEngaged, 'Maximum', 'brake'), own(METRIC.frozen, 'Maximum', 'frozen')]],
    [
      'Waiting: age of the oldest (s)',
      QUEUES.map((queue) => ofQueue('ApproximateAgeOfOldestMessage', queue)),
    ],
    [
      'Dead letters',
      [
        ...DEAD.map((queue) => ofQueue(DEPTH, queue)),
        // What EventBridge could not deliver is kept in the region of its rule.
        ...rules.regions.map((part) => ofQueue(DEPTH, 'undelivered', part.region)),
      ],
    ],
    ['Invocations', FUNCTIONS.map((name) => ofFunction('Invocations', 'Sum', name))],
    ['Errors and throttles', FUNCTIONS.flatMap((name) => troubleOf(name))],
  ];
  new aws.cloudwatch.Dashboard('Dashboard', {
    dashboardName: named('hub'),
    dashboardBody: $jsonStringify({
      widgets: [
        { type: 'text', x: 0, y: 0, width: 24, height: 2, properties: { markdown: HEADLINE } },
        {
          type: 'alarm',
          ...{ x: 0, y: 2, width: 24, height: 4 },
          properties: { title: 'Alarms', alarms: all.map(({ arn }) => arn) },
        },
        ...graphs.map(([title, metrics], index) => graph(title, metrics, index, region)),
      ],
    }),
  });
}

const HEADLINE = '# Rolecall\nWhat each alarm means and what to do: `docs/runbook.md`.';
const QUEUES = ['inbound', 'reconcile.fifo', 'waiting', 'enrol'];
const DEAD = ['inbound-dead', 'reconcile-dead.fifo', 'waiting-dead', 'enrol-dead', 'outbox-lost'];
const DEPTH = 'ApproximateNumberOfMessagesVisible';

function ofQueue(metric: string, queue: string, region?: string): Line {
  const place = region === undefined ? { label: queue } : { label: `${queue} in ${region}`, region };
  return ['AWS/SQS', metric, 'QueueName', named(queue), { stat: 'Maximum', ...place }];
}

function ofFunction(metric: string, stat: string, name: string, label = name): Line {
  return ['AWS/Lambda', metric, 'FunctionName', named(name), { stat, label }];
}

function troubleOf(name: string): Line[] {
  return [
    ofFunction('Errors', 'Sum', name, `${name} errors`),
    ofFunction('Throttles', 'Sum', name, `${name} throttles`),
  ];
}

function graph(title: string, metrics: readonly Line[], index: number, region: string) {
  return {
    type: 'metric',
    x: (index % 2) * HALF,
    y: ROW + Math.floor(index / 2) * ROW,
    width: HALF,
    height: ROW,
    properties: { title, region, metrics, period: 300, view: 'timeSeries' },
  };
}
