import { AppError } from '#shared/ports/app-error.ts';

/** What became of one item: its result, or what its work threw. */
export type Outcome<Item, Result> =
  | { readonly kind: 'done'; readonly item: Item; readonly result: Result }
  | { readonly kind: 'failed'; readonly item: Item; readonly error: unknown };

export interface BoundedOptions {
  /** How many items are worked on at once; at least 1. */
  readonly concurrency: number;
  readonly signal?: AbortSignal | undefined;
  /**
   * How many items may have been read and not yet been taken by the consumer (default: four times the concurrency).
   * More than the concurrency, so that one slow item does not stop those behind it.
   */
  readonly window?: number;
}

const DEFAULT_WINDOW_PER_WORKER = 4;

/**
 * Works on every item, some at once, and yields one outcome per item, in the order of the items. An item that fails
 * fails alone.
 *
 * Items are read only as fast as they are worked on and taken. When reading them fails, the outcomes of all items
 * read before come first, then the iteration rejects with that error. When the signal aborts, no further item is
 * begun, and the iteration rejects with `AppError` `cancelled` once the work under way has ended; the work sees the
 * abort through the signal that it is handed, and whatever reads the items must see it by itself. A consumer that
 * stops early aborts the work's signal, too.
 */
export async function* runBounded<Item, Result>(
  items: Iterable<Item> | AsyncIterable<Item>,
  options: BoundedOptions,
  work: (item: Item, signal: AbortSignal) => Promise<Result>,
): AsyncGenerator<Outcome<Item, Result>, void, undefined> {
  const run = new BoundedRun(options, work);
  const reading = run.read(items);
  // It may reject while the consumer holds an outcome; it is told below, when the consumer comes back.
  const readingEnded = reading.catch(() => undefined);
  try {
    for (let outcome = await run.next(); outcome !== undefined; outcome = await run.next()) yield outcome;
    await reading;
  } finally {
    await run.stop();
    await readingEnded;
  }
}

class BoundedRun<Item, Result> {
  readonly #work: (item: Item, signal: AbortSignal) => Promise<Result>;
  readonly #concurrency: number;
  readonly #window: number;
  readonly #outer: AbortSignal | undefined;
  readonly #inner = new AbortController();
  readonly #abort = () => this.#stopReading(this.#outer?.reason);
  /** Begun and not yet taken, in order. */
  readonly #begun: Promise<Outcome<Item, Result>>[] = [];
  #running = 0;
  #allRead = false;
  #wakeReader: (() => void) | undefined;
  #wakeConsumer: (() => void) | undefined;

  constructor(options: BoundedOptions, work: (item: Item, signal: AbortSignal) => Promise<Result>) {
    this.#work = work;
    this.#concurrency = Math.max(1, options.concurrency);
    this.#window = Math.max(
      this.#concurrency,
      options.window ?? this.#concurrency * DEFAULT_WINDOW_PER_WORKER,
    );
    this.#outer = options.signal;
    if (this.#outer?.aborted) this.#inner.abort(this.#outer.reason);
    else this.#outer?.addEventListener('abort', this.#abort, { once: true });
  }

  /** Reads and begins items until there are none left. Rejects as reading them does, or when cancelled. */
  async read(items: Iterable<Item> | AsyncIterable<Item>): Promise<void> {
    try {
      await this.#beginAll(items);
      // The work under way has ended by then: `next` hands out its outcomes before it looks at this promise.
      if (this.#outer?.aborted) throw cancelled(this.#outer.reason);
    } finally {
      this.#allRead = true;
      this.#wakeConsumer?.();
    }
  }

  async #beginAll(items: Iterable<Item> | AsyncIterable<Item>): Promise<void> {
    const iterator = iterate(items);
    let exhausted = false;
    try {
      while (await this.#capacity()) {
        const next = await iterator.next();
        exhausted = next.done === true;
        if (next.done === true) return;
        if (!this.#inner.signal.aborted) this.#begin(next.value);
      }
    } catch (error) {
      exhausted = true;
      throw error;
    } finally {
      if (!exhausted) await iterator.return?.();
    }
  }

  /** The next outcome, or `undefined` after the last. */
  async next(): Promise<Outcome<Item, Result> | undefined> {
    while (this.#begun.length === 0 && !this.#allRead) {
      await new Promise<void>((resolve) => {
        this.#wakeConsumer = resolve;
      });
    }
    const outcome = await this.#begun[0];
    void this.#begun.shift();
    this.#wakeReader?.();
    return outcome;
  }

  /** Ends the run, whether it is over or not, and waits for the work under way. */
  async stop(): Promise<void> {
    this.#outer?.removeEventListener('abort', this.#abort);
    this.#stopReading(undefined);
    await Promise.all(this.#begun);
  }

  #begin(item: Item): void {
    this.#running += 1;
    this.#begun.push(this.#outcomeOf(item));
    this.#wakeConsumer?.();
  }

  async #outcomeOf(item: Item): Promise<Outcome<Item, Result>> {
    try {
      return { kind: 'done', item, result: await this.#work(item, this.#inner.signal) };
    } catch (error) {
      return { kind: 'failed', item, error };
    } finally {
      this.#running -= 1;
      this.#wakeReader?.();
    }
  }

  /** Waits until one more item may be begun; false when none may be any more. */
  async #capacity(): Promise<boolean> {
    while (!this.#inner.signal.aborted) {
      if (this.#running < this.#concurrency && this.#begun.length < this.#window) return true;
      await new Promise<void>((resolve) => {
        this.#wakeReader = resolve;
      });
    }
    return false;
  }

  #stopReading(reason: unknown): void {
    this.#inner.abort(reason);
    this.#wakeReader?.();
  }
}

function iterate<Item>(items: Iterable<Item> | AsyncIterable<Item>): AsyncIterator<Item> | Iterator<Item> {
  return Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]();
}

function cancelled(reason: unknown): AppError {
  return new AppError('cancelled', 'cancelled before everything was done', {
    retryable: true,
    cause: reason,
  });
}
