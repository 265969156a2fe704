/**
 * The bytes of an item as DynamoDB counts them: names and texts as UTF-8, numbers about a byte for two digits, 3 bytes for a
 * list or map within it and 1 for each of their members.
 */
export function itemSize(item: Readonly<Record<string, unknown>> | undefined): number {
  return sizeOf(item) - 3;
}

function sizeOf(value: unknown): number {
  if (typeof value === 'string') return Buffer.byteLength(value);
  if (typeof value === 'number') return Math.ceil(String(value).length / 2) + 1;
  if (typeof value !== 'object' || value === null) return 1;
  const members = Array.isArray(value)
    ? value.map((member) => 1 + sizeOf(member))
    : Object.entries(value).map(([name, member]) => 1 + Buffer.byteLength(name) + sizeOf(member));
  return 3 + members.reduce((sum, size) => sum + size, 0);
}
