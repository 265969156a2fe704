/** Statistics of CloudWatch that can be told from sums; percentiles cannot. */
export type Statistic = 'Sum' | 'Average' | 'Minimum' | 'Maximum' | 'SampleCount';

export type Dimensions = Readonly<Record<string, string>>;

/** Which metric: exactly these dimensions, no more and no fewer, as in CloudWatch. */
export interface MetricKey {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions?: Dimensions;
  /** Account and region, `111122223333 eu-west-1`; those of all of them unless said otherwise. */
  readonly place?: string | undefined;
}

export interface MetricValue extends MetricKey {
  readonly value: number;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly unit?: string;
}

/** A metric that is there, with all that was ever put into it. */
export interface MetricSummary extends MetricKey {
  readonly dimensions: Dimensions;
  readonly unit: string;
  readonly sum: number;
  readonly samples: number;
}

interface Bucket {
  sum: number;
  samples: number;
  minimum: number;
  maximum: number;
}

interface Series {
  readonly key: MetricKey & { readonly dimensions: Dimensions };
  /** Namespace, name and dimensions. */
  readonly metric: string;
  readonly unit: string;
  /** By the second in which it begins. */
  readonly buckets: Map<number, Bucket>;
}

/** How long values stay, on the sandbox's clock. */
const KEPT_MS = 15 * 86_400_000;
const SWEEP_EVERY = 10_000;

/** Metrics in memory, at a resolution of one second. */
export class MetricStore {
  private readonly series = new Map<string, Series>();
  private puts = 0;

  put(value: MetricValue): void {
    const { namespace, name, dimensions = {}, place } = value;
    const metric = textOf(value);
    const text = `${metric} ${place ?? ''}`;
    let series = this.series.get(text);
    if (!series) {
      const key = { namespace, name, dimensions, ...(place === undefined ? {} : { place }) };
      series = { key, metric, unit: value.unit ?? 'None', buckets: new Map() };
      this.series.set(text, series);
    }
    const second = Math.floor(value.at / 1000);
    const bucket = series.buckets.get(second);
    if (bucket) addTo(bucket, value.value);
    else
      series.buckets.set(second, {
        sum: value.value,
        samples: 1,
        minimum: value.value,
        maximum: value.value,
      });
    if (++this.puts % SWEEP_EVERY === 0) this.sweep(value.at);
  }

  /** A statistic over a time (from inclusive, to exclusive, epoch milliseconds); undefined without any sample. */
  statistic(key: MetricKey, statistic: Statistic, from: number, to: number): number | undefined {
    const total: Bucket = {
      sum: 0,
      samples: 0,
      minimum: Number.POSITIVE_INFINITY,
      maximum: Number.NEGATIVE_INFINITY,
    };
    for (const [second, bucket] of this.bucketsOf(key)) {
      if (second * 1000 < from || second * 1000 >= to) continue;
      total.sum += bucket.sum;
      total.samples += bucket.samples;
      total.minimum = Math.min(total.minimum, bucket.minimum);
      total.maximum = Math.max(total.maximum, bucket.maximum);
    }
    return total.samples === 0 ? undefined : statisticOf(total, statistic);
  }

  /** Every metric of a namespace, or of all, with its totals. */
  list(namespace?: string): readonly MetricSummary[] {
    const wanted = [...this.series.values()].filter(
      ({ key }) => namespace === undefined || key.namespace === namespace,
    );
    return wanted.map(({ key, unit, buckets }) => {
      let sum = 0;
      let samples = 0;
      for (const bucket of buckets.values()) {
        sum += bucket.sum;
        samples += bucket.samples;
      }
      return { ...key, unit, sum, samples };
    });
  }

  /** The sum of a metric over everything and all its dimensions; 0 when there is none. */
  total(namespace: string, name: string): number {
    return this.list(namespace)
      .filter((metric) => metric.name === name)
      .reduce((sum, metric) => sum + metric.sum, 0);
  }

  clear(): void {
    this.series.clear();
  }

  /** Of the metric in the place asked for, and of what was put without any. */
  private *bucketsOf(key: MetricKey): Generator<readonly [number, Bucket]> {
    const metric = textOf(key);
    for (const series of this.series.values()) {
      const { place } = series.key;
      if (series.metric !== metric) continue;
      if (place === undefined || key.place === undefined || place === key.place) yield* series.buckets;
    }
  }

  private sweep(now: number): void {
    const horizon = (now - KEPT_MS) / 1000;
    for (const { buckets } of this.series.values()) {
      for (const second of buckets.keys()) {
        if (second < horizon) buckets.delete(second);
      }
    }
  }
}

function addTo(bucket: Bucket, value: number): void {
  bucket.sum += value;
  bucket.samples++;
  bucket.minimum = Math.min(bucket.minimum, value);
  bucket.maximum = Math.max(bucket.maximum, value);
}

function statisticOf({ sum, samples, minimum, maximum }: Bucket, statistic: Statistic): number {
  switch (statistic) {
    case 'Sum':
      return sum;
    case 'Average':
      return sum / samples;
    case 'Minimum':
      return minimum;
    case 'Maximum':
      return maximum;
    case 'SampleCount':
      return samples;
  }
}

function textOf({ namespace, name, dimensions = {} }: MetricKey): string {
  return JSON.stringify([namespace, name, Object.entries(dimensions).sort(([a], [b]) => (a < b ? -1 : 1))]);
}
