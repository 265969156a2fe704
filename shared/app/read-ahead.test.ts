import { describe, expect, it } from 'vitest';
import { readAhead } from './read-ahead.ts';

async function* source(fetched: number[], failAt?: number): AsyncGenerator<number, void, undefined> {
  for (let item = 1; item <= 3; item += 1) {
    fetched.push(item);
    if (item === failAt) throw new Error(`page ${item}`);
    yield item;
  }
}

async function collect(items: AsyncIterable<number>): Promise<number[]> {
  const seen: number[] = [];
  for await (const item of items) seen.push(item);
  return seen;
}

describe('readAhead', () => {
  it('hands on every item in order', async () => {
    expect(await collect(readAhead(source([])))).toEqual([1, 2, 3]);
  });

  it('has asked for the next item when it hands one out', async () => {
    const fetched: number[] = [];
    const items = readAhead(source(fetched));
    await items.next();
    expect(fetched).toEqual([1, 2]);
    await items.return();
  });

  it('fails where the source fails, after everything before it', async () => {
    const seen: number[] = [];
    const reading = async () => {
      for await (const item of readAhead(source([], 3))) seen.push(item);
    };
    await expect(reading()).rejects.toThrow('page 3');
    expect(seen).toEqual([1, 2]);
  });

  it('closes the source when the consumer stops early, even if the item under way fails', async () => {
    let closed = false;
    async function* closing() {
      try {
        yield* source([], 2);
      } finally {
        closed = true;
      }
    }
    for await (const item of readAhead(closing())) {
      expect(item).toBe(1);
      break;
    }
    expect(closed).toBe(true);
  });
});
