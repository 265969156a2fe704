/** What says when: numbers under these names are epoch milliseconds wherever they stand in a registry's item. */
const TIME = /(^at|^until|At|Until)$/;

/** An item of the registry for programs: times as ISO text, without what only the registry's own writes need. */
export function plainDocument(item: object): Readonly<Record<string, unknown>> {
  const { type: _, version: __, ...rest } = withTimes(item) as Readonly<Record<string, unknown>>;
  return rest;
}

function withTimes(value: unknown, name = ''): unknown {
  if (typeof value === 'number') return TIME.test(name) ? isoTime(value) : value;
  if (Array.isArray(value)) return value.map((one) => withTimes(one, name));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, withTimes(one, key)]));
}

/** Zero stands for never. */
function isoTime(milliseconds: number): string | null {
  return milliseconds === 0 ? null : new Date(milliseconds).toISOString();
}
