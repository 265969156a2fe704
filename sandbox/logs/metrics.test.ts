import { describe, expect, it } from 'vitest';
import { NOON } from '#test/builders/sandbox-call.ts';
import { Alarm, type AlarmDefinition } from './alarm.ts';
import { metricsIn } from './emf.ts';
import { MetricStore } from './metric-store.ts';

const KEY = { namespace: 'Rolecall', name: 'Open', dimensions: { stage: 'test' } };

describe('the metric store', () => {
  it.each([
    ['Sum' as const, 9],
    ['Average' as const, 3],
    ['Minimum' as const, 1],
    ['Maximum' as const, 5],
    ['SampleCount' as const, 3],
  ])('tells the %s over a time', (statistic, expected) => {
    const metrics = new MetricStore();
    for (const [i, value] of [3, 1, 5].entries()) metrics.put({ ...KEY, value, at: NOON + i * 1000 });
    metrics.put({ ...KEY, value: 100, at: NOON + 60_000 });
    expect(metrics.statistic(KEY, statistic, NOON, NOON + 60_000)).toBe(expected);
  });

  it('keeps dimensions apart, whatever their order, and knows nothing of what nobody put', () => {
    const metrics = new MetricStore();
    metrics.put({ namespace: 'N', name: 'm', dimensions: { a: '1', b: '2' }, value: 1, at: NOON });
    const sum = (dimensions: Record<string, string>) =>
      metrics.statistic({ namespace: 'N', name: 'm', dimensions }, 'Sum', NOON, NOON + 1);
    expect(sum({ b: '2', a: '1' })).toBe(1);
    expect(sum({ a: '1' })).toBeUndefined();
    expect(metrics.total('N', 'm')).toBe(1);
  });
});

describe('the embedded metric format', () => {
  const line = (metadata: unknown, more: object = {}) => JSON.stringify({ _aws: metadata, ...more });
  const directive = (dimensions: unknown) => [
    { Namespace: 'N', Dimensions: dimensions, Metrics: [{ Name: 'm' }] },
  ];

  it.each<[string, string, unknown[]]>([
    ['text', 'hello', []],
    ['JSON of something else', '{"a":1}', []],
    ['broken JSON', '{"_aws":', []],
    ['a metric without a value', line({ Timestamp: 5, CloudWatchMetrics: directive([]) }), []],
    ['a value that is text', line({ Timestamp: 5, CloudWatchMetrics: directive([]) }, { m: '1' }), []],
    [
      'one without dimensions',
      line({ Timestamp: 5, CloudWatchMetrics: directive([]) }, { m: 1 }),
      [{ namespace: 'N', name: 'm', dimensions: {}, value: 1, at: 5, unit: 'None' }],
    ],
    [
      'two sets of dimensions',
      line({ Timestamp: 5, CloudWatchMetrics: directive([['a'], ['a', 'b']]) }, { m: 1, a: 'x', b: 2 }),
      [
        { namespace: 'N', name: 'm', dimensions: { a: 'x' }, value: 1, at: 5, unit: 'None' },
        { namespace: 'N', name: 'm', dimensions: { a: 'x', b: '2' }, value: 1, at: 5, unit: 'None' },
      ],
    ],
    [
      'no time',
      line({ CloudWatchMetrics: directive([]) }, { m: 1 }),
      [{ namespace: 'N', name: 'm', dimensions: {}, value: 1, at: 7, unit: 'None' }],
    ],
  ])('reads %s', (_, text, expected) => {
    expect(metricsIn(text, 7)).toEqual(expected);
  });
});

describe('an alarm', () => {
  const definition: AlarmDefinition = {
    arn: 'arn:aws:cloudwatch:eu-west-1:111122223333:alarm:a',
    name: 'a',
    namespace: 'Rolecall',
    metric: 'Open',
    dimensions: { stage: 'test' },
    statistic: 'Sum',
    periodSeconds: 60,
    evaluationPeriods: 3,
    threshold: 5,
    comparison: 'GreaterThanThreshold',
  };

  it.each<[string, (number | undefined)[], Partial<AlarmDefinition>, string]>([
    ['all periods breach', [6, 7, 8], {}, 'ALARM'],
    ['one does not', [6, 5, 8], {}, 'OK'],
    ['enough of them breach', [6, 5, 8], { datapointsToAlarm: 2 }, 'ALARM'],
    ['there is no data', [undefined, undefined, undefined], {}, 'INSUFFICIENT_DATA'],
    [
      'there is none, and none is bad',
      [undefined, undefined, undefined],
      { treatMissingData: 'breaching' },
      'ALARM',
    ],
    [
      'there is none, and none is good',
      [undefined, undefined, undefined],
      { treatMissingData: 'notBreaching' },
      'OK',
    ],
    ['a gap is bad', [6, undefined, 8], { treatMissingData: 'breaching' }, 'ALARM'],
    ['a gap is good', [6, undefined, 8], { treatMissingData: 'notBreaching' }, 'OK'],
    ['it equals the threshold', [5, 5, 5], { comparison: 'GreaterThanOrEqualToThreshold' }, 'ALARM'],
    ['it is below', [4, 4, 4], { comparison: 'LessThanThreshold' }, 'ALARM'],
    ['it is at most', [5, 4, 5], { comparison: 'LessThanOrEqualToThreshold' }, 'ALARM'],
  ])('when %s', (_, values, changes, expected) => {
    const metrics = new MetricStore();
    values.forEach((value, i) => {
      if (value !== undefined) metrics.put({ ...KEY, value, at: NOON + i * 60_000 });
    });
    const alarm = new Alarm({ ...definition, ...changes });
    alarm.evaluate(metrics, NOON + 180_000);
    expect(alarm.state).toBe(expected);
  });

  it('keeps its state where gaps are to be ignored, and tells each change once', () => {
    const metrics = new MetricStore();
    for (let i = 0; i < 3; i++) metrics.put({ ...KEY, value: 9, at: NOON + i * 60_000 });
    const alarm = new Alarm({ ...definition, treatMissingData: 'ignore' });
    expect(alarm.evaluate(metrics, NOON + 180_000)).toMatchObject({ from: 'INSUFFICIENT_DATA', to: 'ALARM' });
    expect(alarm.evaluate(metrics, NOON + 180_000)).toBeUndefined();
    expect(alarm.evaluate(metrics, NOON + 3_600_000)).toBeUndefined();
    expect(alarm.state).toBe('ALARM');
  });

  it.each([
    { of: 'its own account and region', place: '111122223333 eu-west-1', state: 'ALARM' },
    { of: 'another account', place: '444455556666 eu-west-1', state: 'INSUFFICIENT_DATA' },
    { of: 'another region', place: '111122223333 us-east-1', state: 'INSUFFICIENT_DATA' },
  ])('is $state by metrics of $of', ({ place, state }) => {
    const metrics = new MetricStore();
    for (let i = 0; i < 3; i++) metrics.put({ ...KEY, place, value: 9, at: NOON + i * 60_000 });
    const alarm = new Alarm({
      ...definition,
      arn: 'arn:aws:cloudwatch:eu-west-1:111122223333:alarm:a',
      treatMissingData: 'missing',
    });
    alarm.evaluate(metrics, NOON + 180_000);
    expect(alarm.state).toBe(state);
  });
});
