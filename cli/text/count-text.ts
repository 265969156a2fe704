/** `1 cluster`, `12 clusters`, `1,234 keys`. */
export function countText(count: number, singular: string, plural = `${singular}s`): string {
  return `${groupDigits(count)} ${count === 1 ? singular : plural}`;
}

/** Thousands apart by commas, whatever the locale. */
export function groupDigits(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** `a`, `a and b`, `a, b and c`; past `limit`: `a, b and 10 more`. */
export function listText(items: readonly string[], limit = Number.POSITIVE_INFINITY): string {
  if (items.length <= 1) return items.join('');
  const shown = items.length > limit ? items.slice(0, limit) : items.slice(0, -1);
  const last = items.length > limit ? `${groupDigits(items.length - limit)} more` : items.at(-1);
  return `${shown.join(', ')} and ${last}`;
}
