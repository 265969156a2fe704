import { UsageError } from '../usage-error.ts';

const UNITS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** From when on, epoch milliseconds: `90s`, `10m`, `2h`, `1d`, or a date. Throws `UsageError`. */
export function readSince(text: string, now: number): number {
  const [, count, unit = ''] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  if (count !== undefined) return now - Number(count) * (UNITS[unit] ?? 0);
  const at = /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isFinite(at)) return at;
  throw new UsageError(
    `--since cannot be read: ${text}`,
    'write 90s, 10m, 2h, 1d, or a date such as 2026-11-20T12:00:00Z',
  );
}
