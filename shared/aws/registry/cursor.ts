import { AppError } from '#shared/ports/app-error.ts';

/** A place in a list as text that a caller hands back without looking into it. */
export function formatCursor(place: Readonly<Record<string, string>>): string {
  return Buffer.from(JSON.stringify(place)).toString('base64url');
}

/** Reads a cursor; rejects with `AppError` `registry.badCursor` what no list handed out. */
export function parseCursor(cursor: string, names: readonly string[]): Readonly<Record<string, string>> {
  let place: unknown;
  try {
    place = JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    place = undefined;
  }
  const entries = typeof place === 'object' && place !== null ? Object.entries(place) : [];
  const valid =
    entries.length === names.length &&
    entries.every(([name, value]) => names.includes(name) && typeof value === 'string');
  if (!valid) {
    throw new AppError('registry.badCursor', `no list of the registry handed out the cursor ${cursor}`, {
      retryable: false,
    });
  }
  return Object.fromEntries(entries) as Readonly<Record<string, string>>;
}
