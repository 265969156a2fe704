import { isObject } from '../wire/json-shape.ts';
import type { MetricValue } from './metric-store.ts';

/**
 * The metrics in one line of a log, in CloudWatch's embedded metric format; none when the line is something else or is
 * written wrongly, which CloudWatch also passes over in silence.
 *
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function metricsIn(line: string, receivedAt: number): readonly MetricValue[] {
  if (!line.includes('"_aws"')) return [];
  const root = jsonOf(line);
  const metadata = isObject(root) ? root['_aws'] : undefined;
  if (!isObject(root) || !isObject(metadata)) return [];
  const at = typeof metadata['Timestamp'] === 'number' ? metadata['Timestamp'] : receivedAt;
  return listOf(metadata['CloudWatchMetrics']).flatMap((directive) => directiveMetrics(root, directive, at));
}

function directiveMetrics(root: Record<string, unknown>, directive: unknown, at: number): MetricValue[] {
  if (!isObject(directive) || typeof directive['Namespace'] !== 'string') return [];
  const namespace = directive['Namespace'];
  // No set of dimensions at all means one without any.
  const sets = listOf(directive['Dimensions']);
  const dimensionSets = (sets.length === 0 ? [[]] : sets).map((set) => dimensionsOf(root, listOf(set)));
  return listOf(directive['Metrics']).flatMap((metric) => {
    if (!isObject(metric) || typeof metric['Name'] !== 'string') return [];
    const name = metric['Name'];
    const unit = typeof metric['Unit'] === 'string' ? metric['Unit'] : 'None';
    const given = root[name];
    const values = (Array.isArray(given) ? given : [given]).filter((value) => typeof value === 'number');
    return dimensionSets.flatMap((dimensions) =>
      values.map((value) => ({ namespace, name, dimensions, value, at, unit })),
    );
  });
}

function dimensionsOf(root: Record<string, unknown>, names: readonly unknown[]): Record<string, string> {
  const dimensions: Record<string, string> = {};
  for (const name of names) {
    if (typeof name === 'string' && root[name] !== undefined) dimensions[name] = String(root[name]);
  }
  return dimensions;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
