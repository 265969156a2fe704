import { checkRange } from './field-rules.ts';
import { validationError } from './iam-errors.ts';

export interface PageRequest {
  readonly Marker?: string | undefined;
  readonly MaxItems?: number | undefined;
}

export interface Page<Item> {
  readonly items: readonly Item[];
  readonly IsTruncated: boolean;
  readonly Marker?: string;
}

/** Items in a fixed order that a page can begin after, each found by the position that a marker holds. */
export interface PagedSource<Item> {
  /** Items after the position, or all of them from the beginning; may be read only as far as one page needs. */
  after(position: string | undefined): Iterable<{ readonly position: string; readonly item: Item }>;
}

/**
 * One page as IAM cuts them: 100 items unless said otherwise, at most 1,000, and a marker while there are more
 * (facts §9.1). A position is a name and not a count, so that items removed between two pages let none be missed.
 */
export function page<Item>(source: PagedSource<Item>, request: PageRequest): Page<Item> {
  const most = request.MaxItems ?? 100;
  checkRange('maxItems', most, 1, 1000);
  const items: Item[] = [];
  let last: string | undefined;
  for (const { position, item } of source.after(readMarker(request.Marker))) {
    if (items.length === most && last !== undefined) {
      return { items, IsTruncated: true, Marker: Buffer.from(last).toString('base64url') };
    }
    items.push(item);
    last = position;
  }
  return { items, IsTruncated: false };
}

/** Pages through a list that is in memory, in the order of its names. */
export function named<Item>(items: readonly Item[], nameOf: (item: Item) => string): PagedSource<Item> {
  const sorted = items
    .map((item) => ({ position: nameOf(item), item }))
    .sort((left, right) => (left.position < right.position ? -1 : left.position > right.position ? 1 : 0));
  return {
    after: (position) =>
      position === undefined ? sorted : sorted.filter((candidate) => candidate.position > position),
  };
}

function readMarker(marker: string | undefined): string | undefined {
  if (marker === undefined) return undefined;
  const position = Buffer.from(marker, 'base64url').toString();
  if (position === '' || Buffer.from(position).toString('base64url') !== marker) {
    throw validationError(`Invalid Marker: ${marker}`);
  }
  return position;
}
