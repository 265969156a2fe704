/** What CloudTrail records of IAM calls (facts §5.3): lower camel case, dates in words, and mostly no answer. */

/** IAM's member names as CloudTrail writes them: `RoleName` is `roleName`, in tags too. */
export function lowerCamel(value: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .map(([key, member]) => [key.charAt(0).toLowerCase() + key.slice(1), lowerCamelValue(member)]),
  );
}

/** The record of a call that answers nothing. */
export const silentTrail = {
  requestParameters: lowerCamel,
  responseElements: () => null,
} as const;

/** `Jul 10, 2023 12:09:21 PM`, in UTC. */
function trailDate(date: Date): string {
  const [month, day] = date
    .toLocaleDateString('en-US', { month: 'short', day: 'numeric', timeZone: 'UTC' })
    .split(' ');
  const hours = date.getUTCHours();
  const pad = (part: number) => String(part).padStart(2, '0');
  const time = `${hours % 12 || 12}:${pad(date.getUTCMinutes())}:${pad(date.getUTCSeconds())}`;
  return `${month} ${day}, ${date.getUTCFullYear()} ${time} ${hours < 12 ? 'AM' : 'PM'}`;
}

function lowerCamelValue(value: unknown): unknown {
  if (value instanceof Date) return trailDate(value);
  if (Array.isArray(value)) return value.map(lowerCamelValue);
  return typeof value === 'object' && value !== null ? lowerCamel(value) : value;
}
