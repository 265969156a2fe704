import { arnOf, metricPlaceOf } from '../cloud/arn.ts';
import type { Dimensions, MetricStore, Statistic } from './metric-store.ts';

export type Comparison =
  | 'GreaterThanThreshold'
  | 'GreaterThanOrEqualToThreshold'
  | 'LessThanThreshold'
  | 'LessThanOrEqualToThreshold';

/** An alarm on one metric, as infrastructure code defines it. */
export interface AlarmDefinition {
  readonly arn: string;
  readonly name: string;
  readonly namespace: string;
  readonly metric: string;
  readonly dimensions?: Dimensions;
  readonly statistic: Statistic;
  /** Seconds: 10, 30 or a multiple of 60. */
  readonly periodSeconds: number;
  readonly evaluationPeriods: number;
  /** How many of the periods must breach; all unless said otherwise. */
  readonly datapointsToAlarm?: number;
  readonly threshold: number;
  readonly comparison: Comparison;
  readonly treatMissingData?: 'missing' | 'ignore' | 'breaching' | 'notBreaching';
  /** Topics that are told when the alarm goes off. */
  readonly alarmActions?: readonly string[];
  /** Topics that are told when it is over. */
  readonly okActions?: readonly string[];
  readonly description?: string;
}

export type AlarmState = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';

/** A change of state. */
export interface AlarmChange {
  readonly alarm: AlarmDefinition;
  readonly from: AlarmState;
  readonly to: AlarmState;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly reason: string;
}

/** One alarm and the state it is in. */
export class Alarm {
  readonly definition: AlarmDefinition;
  /** An alarm sees the metrics of its own account and region. */
  private readonly place: string;
  private current: AlarmState = 'INSUFFICIENT_DATA';

  constructor(definition: AlarmDefinition) {
    this.definition = definition;
    this.place = metricPlaceOf(arnOf(definition.arn));
  }

  get state(): AlarmState {
    return this.current;
  }

  /** Looks at the periods that have ended by `now`. Answers the change, if the state has changed. */
  evaluate(metrics: MetricStore, now: number): AlarmChange | undefined {
    const to = this.stateFrom(this.datapoints(metrics, now));
    if (to === this.current) return undefined;
    const from = this.current;
    this.current = to;
    return { alarm: this.definition, from, to, at: now, reason: this.reasonFor(to) };
  }

  /** One value for each period, newest last; undefined where there is no data. */
  private datapoints(metrics: MetricStore, now: number): readonly (number | undefined)[] {
    const {
      namespace,
      metric,
      dimensions = {},
      statistic,
      periodSeconds,
      evaluationPeriods,
    } = this.definition;
    const period = periodSeconds * 1000;
    const end = Math.floor(now / period) * period;
    return Array.from({ length: evaluationPeriods }, (_, i) => {
      const from = end - (evaluationPeriods - i) * period;
      return metrics.statistic(
        { namespace, name: metric, dimensions, place: this.place },
        statistic,
        from,
        from + period,
      );
    });
  }

  /**
   * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html, without the further
   * periods that CloudWatch looks back for when data is missing.
   */
  private stateFrom(datapoints: readonly (number | undefined)[]): AlarmState {
    const missing = this.definition.treatMissingData ?? 'missing';
    const known = datapoints.filter((value) => value !== undefined);
    if (known.length === 0 && missing === 'missing') return 'INSUFFICIENT_DATA';
    if (known.length === 0 && missing === 'ignore') return this.current;
    const gaps = missing === 'breaching' ? datapoints.length - known.length : 0;
    const breaching = known.filter((value) => this.breaches(value)).length + gaps;
    return breaching >= (this.definition.datapointsToAlarm ?? this.definition.evaluationPeriods)
      ? 'ALARM'
      : 'OK';
  }

  private breaches(value: number): boolean {
    const { threshold, comparison } = this.definition;
    switch (comparison) {
      case 'GreaterThanThreshold':
        return value > threshold;
      case 'GreaterThanOrEqualToThreshold':
        return value >= threshold;
      case 'LessThanThreshold':
        return value < threshold;
      case 'LessThanOrEqualToThreshold':
        return value <= threshold;
    }
  }

  private reasonFor(state: AlarmState): string {
    const { metric, statistic, comparison, threshold, evaluationPeriods, periodSeconds } = this.definition;
    const over = `${evaluationPeriods} period(s) of ${periodSeconds} s`;
    if (state === 'INSUFFICIENT_DATA') return `no data for ${metric} in ${over}`;
    const verb = state === 'ALARM' ? 'was' : 'was not';
    return `${statistic} of ${metric} ${verb} ${comparison} ${threshold} in ${over}`;
  }
}
