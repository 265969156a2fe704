/** List prices of us-east-1 in USD; where each was read is in docs/costs.md. Free tiers are left out. */
const PRICE = {
  lambdaRequest: 0.2e-6,
  /** arm64. */
  lambdaGbSecond: 0.0000133334,
  readUnit: 0.125e-6,
  writeUnit: 0.625e-6,
  tableGbMonth: 0.25,
  recoveryGbMonth: 0.2,
  sqsStandard: 0.4e-6,
  sqsFifo: 0.5e-6,
  event: 1e-6,
  alarm: 0.1,
  metric: 0.3,
  dashboard: 3,
  logGb: 0.5,
  logGbMonth: 0.03,
  trace: 5e-6,
} as const;

const DAYS = 30;

/** What one cluster of 50 associations does in a day. */
const A_DAY = { events: 20, drifts: 1, echoes: 1 } as const;
/** Events that lead to a look that finds everything as it should be. */
const QUIET = A_DAY.events - A_DAY.drifts - A_DAY.echoes;
/** Invocations: one of detect-drift an event, one of the reconciler a look, one of dispatch-outbox a repair. */
const LOOKS = QUIET + A_DAY.drifts;
const INVOCATIONS = A_DAY.events + LOOKS + A_DAY.drifts;
const GB_SECONDS = A_DAY.events * 0.5 * 0.1 + LOOKS * 1 * 0.3 + A_DAY.drifts * 0.5 * 0.1;
/** docs/registry.md, "Access patterns": judge 3, open 3, brake 1; begin 10, conclude 14. */
const READ_UNITS = A_DAY.drifts * 7 + A_DAY.echoes * 3 + QUIET * 6;
const WRITE_UNITS = A_DAY.drifts * 24;
/** After a year: 50 items with their index entries, a year of audit, what lives for days. */
const GB_STORED = 0.5e-3;
/** Send, receive, delete. */
const REQUESTS_A_MESSAGE = 3;
/** Five pollers, each waiting 20 seconds. */
const EMPTY_RECEIVES = (5 * 24 * 3600) / 20;
const LOG_GB = INVOCATIONS * 2e-6;

export interface CostLine {
  readonly what: string;
  readonly formula: string;
  /** USD a month. */
  readonly usd: (clusters: number) => number;
}

const daily = (perCluster: number, price: number) => (clusters: number) =>
  clusters * DAYS * perCluster * price;
const fixed = (usd: number) => () => usd;

export const COST_LINES: readonly CostLine[] = [
  {
    what: 'Lambda requests',
    formula: `${INVOCATIONS}/day × 0.20/M`,
    usd: daily(INVOCATIONS, PRICE.lambdaRequest),
  },
  {
    what: 'Lambda duration',
    formula: `${GB_SECONDS} GB-s/day × 0.0000133334`,
    usd: daily(GB_SECONDS, PRICE.lambdaGbSecond),
  },
  {
    what: 'DynamoDB reads',
    formula: `${READ_UNITS} units/day × 0.125/M`,
    usd: daily(READ_UNITS, PRICE.readUnit),
  },
  {
    what: 'DynamoDB writes',
    formula: `${WRITE_UNITS} units/day × 0.625/M`,
    usd: daily(WRITE_UNITS, PRICE.writeUnit),
  },
  {
    what: 'DynamoDB storage and PITR',
    formula: '0.5 MB × (0.25 + 0.20)/GB',
    usd: (clusters) => clusters * GB_STORED * (PRICE.tableGbMonth + PRICE.recoveryGbMonth),
  },
  {
    what: 'SQS, messages (standard)',
    formula: `${A_DAY.events} × 3/day × 0.40/M`,
    usd: daily(A_DAY.events * REQUESTS_A_MESSAGE, PRICE.sqsStandard),
  },
  {
    what: 'SQS, messages (FIFO)',
    formula: `${LOOKS} × 3/day × 0.50/M`,
    usd: daily(LOOKS * REQUESTS_A_MESSAGE, PRICE.sqsFifo),
  },
  {
    what: 'SQS, empty receives of Lambda',
    formula: '21,600/day × (3 queues × 0.40/M + 1 × 0.50/M)',
    usd: fixed(DAYS * EMPTY_RECEIVES * (3 * PRICE.sqsStandard + PRICE.sqsFifo)),
  },
  {
    what: 'EventBridge, to the inbound bus',
    formula: `${A_DAY.events}/day × 1.00/M`,
    usd: daily(A_DAY.events, PRICE.event),
  },
  {
    what: "EventBridge, Rolecall's own events",
    formula: '2 a repair × 1.00/M',
    usd: daily(2 * A_DAY.drifts, PRICE.event),
  },
  { what: 'CloudWatch alarms', formula: '27 × 0.10', usd: fixed(27 * PRICE.alarm) },
  { what: 'CloudWatch metrics', formula: '10 × 0.30', usd: fixed(10 * PRICE.metric) },
  { what: 'CloudWatch dashboard', formula: '1 × 3.00', usd: fixed(PRICE.dashboard) },
  {
    what: 'Logs, taken in',
    formula: `${INVOCATIONS} × 2 KB/day × 0.50/GB`,
    usd: daily(LOG_GB, PRICE.logGb),
  },
  {
    what: 'Logs, kept for a year',
    formula: '12 months of that × 0.03/GB',
    usd: daily(12 * LOG_GB, PRICE.logGbMonth),
  },
  { what: 'X-Ray', formula: `${INVOCATIONS} traces/day × 5.00/M`, usd: daily(INVOCATIONS, PRICE.trace) },
];

const FLEETS = [10, 100, 1000];

/** The rows of the table in docs/costs.md, with the sum. */
export function costRows(): readonly string[] {
  const rows = COST_LINES.map(({ what, formula, usd }) => row(what, formula, FLEETS.map(usd)));
  const sums = FLEETS.map((clusters) => COST_LINES.reduce((sum, { usd }) => sum + usd(clusters), 0));
  return [...rows, row('**All**', '', sums)];
}

function row(what: string, formula: string, usd: readonly number[]): string {
  return `| ${[what, formula, ...usd.map((one) => one.toFixed(2))].join(' | ')} |`;
}
