import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type BoundedOptions, type Outcome, runBounded } from './run-bounded.ts';

/** Work that ends when the test says so. */
class Workbench {
  readonly begun: number[] = [];
  running = 0;
  most = 0;
  readonly #ends = new Map<number, (error?: Error) => void>();

  readonly work = (item: number, signal: AbortSignal): Promise<string> => {
    this.begun.push(item);
    this.running += 1;
    this.most = Math.max(this.most, this.running);
    return new Promise<string>((resolve, reject) => {
      const abort = (): void => end(new Error('aborted'));
      const end = (error?: Error): void => {
        signal.removeEventListener('abort', abort);
        this.running -= 1;
        if (error) reject(error);
        else resolve(`did ${item}`);
      };
      this.#ends.set(item, end);
      signal.addEventListener('abort', abort, { once: true });
    });
  };

  async end(item: number, error?: Error): Promise<void> {
    this.#ends.get(item)?.(error);
    await settle();
  }
}

/** Lets everything go on that waits for nothing but promises. */
async function settle(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

async function collect<Item, Result>(
  outcomes: AsyncIterable<Outcome<Item, Result>>,
  into: Outcome<Item, Result>[] = [],
): Promise<Outcome<Item, Result>[]> {
  for await (const outcome of outcomes) into.push(outcome);
  return into;
}

function* countUp(to: number, read: number[]): Generator<number> {
  for (let item = 1; item <= to; item += 1) {
    read.push(item);
    yield item;
  }
}

describe('a bounded run', () => {
  it('works on no more items at once than allowed, and keeps their order', async () => {
    const bench = new Workbench();
    const outcomes: Outcome<number, string>[] = [];
    const run = collect(runBounded([1, 2, 3], { concurrency: 2 }, bench.work), outcomes);
    await settle();
    expect(bench.begun).toEqual([1, 2]);
    await bench.end(2);
    expect(bench.begun).toEqual([1, 2, 3]);
    expect(outcomes).toEqual([]);
    await bench.end(1);
    await bench.end(3);
    expect(await run).toEqual([
      { kind: 'done', item: 1, result: 'did 1' },
      { kind: 'done', item: 2, result: 'did 2' },
      { kind: 'done', item: 3, result: 'did 3' },
    ]);
    expect(bench.most).toBe(2);
  });

  it('lets an item fail alone', async () => {
    const failure = new Error('no');
    const outcomes = await collect(
      runBounded([1, 2, 3], { concurrency: 3 }, (item) =>
        item === 2 ? Promise.reject(failure) : Promise.resolve(item),
      ),
    );
    expect(outcomes).toEqual([
      { kind: 'done', item: 1, result: 1 },
      { kind: 'failed', item: 2, error: failure },
      { kind: 'done', item: 3, result: 3 },
    ]);
  });

  it('reads no further ahead than its window when the first item is slow', async () => {
    const bench = new Workbench();
    const read: number[] = [];
    const run = collect(runBounded(countUp(100, read), { concurrency: 2, window: 5 }, bench.work));
    await settle();
    for (const item of [2, 3, 4, 5, 6, 7]) await bench.end(item);
    expect(read).toEqual([1, 2, 3, 4, 5]);
    await bench.end(1);
    expect(read).toEqual([1, 2, 3, 4, 5, 6, 7]);
    for (let item = 6; item <= 100; item += 1) await bench.end(item);
    expect(await run).toHaveLength(100);
  });

  it('reads no further than the consumer takes', async () => {
    const read: number[] = [];
    const outcomes = runBounded(countUp(100, read), { concurrency: 2, window: 4 }, (item) =>
      Promise.resolve(item),
    );
    await outcomes.next();
    await settle();
    expect(read).toEqual([1, 2, 3, 4, 5]);
    await outcomes.return();
    expect(read).toHaveLength(5);
  });

  it('rejects as its source does, after the outcomes of what was read', async () => {
    async function* failing(): AsyncGenerator<number> {
      yield 1;
      yield 2;
      throw new Error('page 2 is lost');
    }
    const outcomes: Outcome<number, number>[] = [];
    const run = collect(
      runBounded(failing(), { concurrency: 4 }, (item) => Promise.resolve(item)),
      outcomes,
    );
    await expect(run).rejects.toThrow('page 2 is lost');
    expect(outcomes.map(({ item }) => item)).toEqual([1, 2]);
  });

  it('begins nothing more when it is cancelled, and says so after what was under way', async () => {
    const bench = new Workbench();
    const controller = new AbortController();
    const outcomes: Outcome<number, string>[] = [];
    const options: BoundedOptions = { concurrency: 2, signal: controller.signal };
    const run = collect(runBounded(countUp(9, []), options, bench.work), outcomes);
    await settle();
    controller.abort();
    await expect(run).rejects.toMatchObject({ name: 'cancelled' });
    expect(outcomes.map(({ kind, item }) => [kind, item])).toEqual([
      ['failed', 1],
      ['failed', 2],
    ]);
    expect(bench.begun).toEqual([1, 2]);
  });

  it('begins nothing at all when it was cancelled before', async () => {
    const bench = new Workbench();
    const run = collect(runBounded([1], { concurrency: 1, signal: AbortSignal.abort() }, bench.work));
    await expect(run).rejects.toMatchObject({ name: 'cancelled' });
    expect(bench.begun).toEqual([]);
  });

  it('aborts the work and closes the source when the consumer leaves', async () => {
    const bench = new Workbench();
    let closed = false;
    async function* source(): AsyncGenerator<number> {
      try {
        for (let item = 1; ; item += 1) yield item;
      } finally {
        closed = true;
      }
    }
    const outcomes = runBounded(source(), { concurrency: 3 }, bench.work);
    const first = outcomes.next();
    await settle();
    await bench.end(1);
    expect(await first).toMatchObject({ value: { item: 1 } });
    await outcomes.return();
    expect(bench.running).toBe(0);
    expect(closed).toBe(true);
  });

  it('gives every item one outcome, in order, whatever the sizes and the order in which work ends', async () => {
    const delays = fc.array(fc.nat(5), { maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(
        delays,
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 1, max: 12 }),
        async (turns, concurrency, window) => {
          let running = 0;
          let most = 0;
          const items = turns.map((turnsNeeded, index) => ({ turnsNeeded, index }));
          const outcomes = await collect(
            runBounded(items, { concurrency, window }, async ({ turnsNeeded, index }) => {
              running += 1;
              most = Math.max(most, running);
              for (let turn = 0; turn < turnsNeeded; turn += 1) await Promise.resolve();
              running -= 1;
              return index;
            }),
          );
          expect(outcomes.map((outcome) => outcome.kind === 'done' && outcome.result)).toEqual(
            turns.map((_, index) => index),
          );
          expect(most).toBeLessThanOrEqual(concurrency);
        },
      ),
    );
  });
});
