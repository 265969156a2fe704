import { invalidParameter } from './eks-errors.ts';

const MOST_RESULTS = 100;

/** Where a page begins and how long it may be. */
export interface PageRequest {
  readonly from: number;
  readonly limit: number;
}

/**
 * Reads `maxResults` (1 to 100, by default 100) and `nextToken`. A token is good only for the list that it came
 * from: `list` says which one, its filters included.
 */
export function pageRequest(
  list: readonly (string | undefined)[],
  maxResults: number | undefined,
  nextToken: string | undefined,
): PageRequest {
  const limit = maxResults ?? MOST_RESULTS;
  if (!Number.isInteger(limit) || limit < 1 || limit > MOST_RESULTS) {
    throw invalidParameter(`The parameter maxResults should be between 1 and ${MOST_RESULTS}.`);
  }
  if (nextToken === undefined) return { from: 0, limit };
  const from = positionIn(nextToken, list);
  if (from === undefined) throw invalidParameter('The parameter nextToken is not valid.');
  return { from, limit };
}

/**
 * The token for the page that begins at a position. Positions never change, so a token survives what is created
 * and deleted meanwhile. It is opaque: only its maker reads it.
 */
export function nextToken(
  list: readonly (string | undefined)[],
  next: number | undefined,
): string | undefined {
  if (next === undefined) return undefined;
  return Buffer.from(JSON.stringify([next, list.map((part) => part ?? null)])).toString('base64url');
}

function positionIn(token: string, list: readonly (string | undefined)[]): number | undefined {
  const position = Number(/^\[(\d+),/.exec(Buffer.from(token, 'base64url').toString())?.[1] ?? Number.NaN);
  return Number.isSafeInteger(position) && token === nextToken(list, position) ? position : undefined;
}
