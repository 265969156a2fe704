/**
 * The same items in the same order, with the next one always being fetched while the last is worked on. Fails where
 * the source fails, after everything before it; a consumer that stops early lets the fetch under way end first.
 */
export async function* readAhead<Item>(source: AsyncIterable<Item>): AsyncGenerator<Item, void, undefined> {
  const iterator = source[Symbol.asyncIterator]();
  let coming = fetchNext(iterator);
  try {
    for (let next = await coming; next.done !== true; next = await coming) {
      coming = fetchNext(iterator);
      yield next.value;
    }
  } finally {
    await coming.catch(() => undefined);
    await iterator.return?.();
  }
}

function fetchNext<Item>(iterator: AsyncIterator<Item>): Promise<IteratorResult<Item>> {
  const next = Promise.resolve(iterator.next());
  // It may fail before anybody waits for it; whoever does is told.
  next.catch(() => undefined);
  return next;
}
