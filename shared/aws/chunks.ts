/** What one request takes at most. */
export interface ChunkLimits {
  readonly count: number;
  readonly bytes: number;
}

/** Items in their order, as few to a chunk as the limits ask for. One that is too large by itself is a chunk alone. */
export function inChunks<Item>(
  items: readonly Item[],
  limits: ChunkLimits,
  sizeOf: (item: Item) => number,
): readonly (readonly Item[])[] {
  const chunks: Item[][] = [];
  let bytes = 0;
  for (const item of items) {
    const size = sizeOf(item);
    const chunk = chunks.at(-1);
    if (!chunk || chunk.length === limits.count || bytes + size > limits.bytes) {
      chunks.push([item]);
      bytes = size;
    } else {
      chunk.push(item);
      bytes += size;
    }
  }
  return chunks;
}
