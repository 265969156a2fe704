import type { Page, Paging } from '#shared/ports/registry/registry-lists.ts';

/** What was asked for, and whether there is more of it. */
export interface Taken<Item> {
  readonly items: readonly Item[];
  readonly more: boolean;
}

/** Every item of a list, page by page, as far as somebody goes on reading. */
export async function* itemsOf<Item>(
  list: (paging: Paging) => Promise<Page<Item>>,
  paging: Omit<Paging, 'cursor'>,
): AsyncGenerator<Item, void, undefined> {
  let cursor: string | undefined;
  do {
    const page = await list({ ...paging, cursor });
    yield* page.items;
    cursor = page.cursor;
  } while (cursor !== undefined);
}

/** The first items, or all of them without a limit. */
export async function take<Item>(source: AsyncIterable<Item>, limit?: number): Promise<Taken<Item>> {
  const items: Item[] = [];
  for await (const item of source) {
    if (items.length === limit) return { items, more: true };
    items.push(item);
  }
  return { items, more: false };
}

/** As many as are needed to tell whether there are more than `limit`; a bounded page all the same. */
export function pageSize(limit: number | undefined): number | undefined {
  return limit === undefined ? undefined : Math.min(limit + 1, 100);
}
