import type { Memory } from '#shared/ports/memory.ts';
import { MemoryBook } from './memory-book.ts';

/** A memory for one process: enough to know our own writes from others', not to skip a describe. */
export function processMemory(): Memory {
  const book = new MemoryBook();
  return {
    lasting: false,
    load: async (cluster) => book.load(cluster),
    beginWrite: async (cluster, _key, intent) => book.beginWrite(cluster, intent),
    save: async (cluster, learnt) => book.save(cluster, learnt),
    brakeUse: async (cluster, now) => book.brakeUse(cluster, now),
  };
}
