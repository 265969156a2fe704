import { compareText } from '#shared/domain/key.ts';

/** What says when: numbers under these names are epoch milliseconds wherever they stand in a registry's item. */
const TIME = /(^at|^until|At|Until)$/;

/** What a person looks for first; the rest follows by name. DynamoDB gives fields in no order at all. */
const FIRST = [
  ...['id', 'name', 'clusterName', 'key', 'namespace', 'serviceAccount', 'clusterSet', 'mapping'],
  ...['kind', 'status', 'severity', 'message', 'mode', 'team', 'latest', 'revision', 'desired'],
];

/** An item of the registry for programs: times as ISO text, without what only the registry's own writes need. */
export function plainDocument(item: object): Readonly<Record<string, unknown>> {
  const { type: _, version: __, ...rest } = withTimes(item) as Readonly<Record<string, unknown>>;
  return rest;
}

function withTimes(value: unknown, name = ''): unknown {
  if (typeof value === 'number') return TIME.test(name) ? isoTime(value) : value;
  if (Array.isArray(value)) return value.map((one) => withTimes(one, name));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, one]) => [key, withTimes(one, key)] as const);
  return Object.fromEntries(entries.sort(([left], [right]) => compareFields(left, right)));
}

function compareFields(left: string, right: string): number {
  return rankOf(left) - rankOf(right) || compareText(left, right);
}

function rankOf(field: string): number {
  const rank = FIRST.indexOf(field);
  return rank < 0 ? FIRST.length : rank;
}

/** Zero stands for never. */
function isoTime(milliseconds: number): string | null {
  return milliseconds === 0 ? null : new Date(milliseconds).toISOString();
}
