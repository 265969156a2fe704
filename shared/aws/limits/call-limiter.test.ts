import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ManualClock, settle } from '#test/fakes/manual-clock.ts';
import { CallLimiter } from './call-limiter.ts';

/** Asks for slots and remembers who got one when, counted from the start of the clock. */
class Callers {
  readonly began: [name: number, atMs: number][] = [];
  readonly failed: string[] = [];
  readonly #limiter: CallLimiter;
  readonly #startMs: number;

  constructor(limiter: CallLimiter, clock: ManualClock) {
    this.#limiter = limiter;
    this.#startMs = clock.now();
  }

  ask(name: number, signal?: AbortSignal): void {
    this.#limiter.acquire(signal).then(
      (startedAt) => this.began.push([name, startedAt - this.#startMs]),
      (error: Error) => this.failed.push(`${name} ${error.name}`),
    );
  }
}

function setUp(limits: { concurrency: number; ceilingPerSecond?: number }) {
  const clock = new ManualClock();
  const limiter = new CallLimiter(clock, limits);
  return { clock, limiter, callers: new Callers(limiter, clock) };
}

describe('a call limiter', () => {
  it('lets no more calls be under way than allowed, first come, first served', async () => {
    const { limiter, callers } = setUp({ concurrency: 2 });
    for (const name of [1, 2, 3, 4]) callers.ask(name);
    await settle();
    expect(callers.began.map(([name]) => name)).toEqual([1, 2]);
    limiter.release();
    callers.ask(5);
    await settle();
    expect(callers.began.map(([name]) => name)).toEqual([1, 2, 3]);
    limiter.release();
    limiter.release();
    await settle();
    expect(callers.began.map(([name]) => name)).toEqual([1, 2, 3, 4, 5]);
  });

  it('has no rate until it is throttled: a thousand calls begin at once', async () => {
    const { limiter, callers, clock } = setUp({ concurrency: 1000 });
    for (let name = 0; name < 1000; name += 1) callers.ask(name);
    await settle();
    expect(callers.began).toHaveLength(1000);
    expect(limiter.ratePerSecond).toBe(Number.POSITIVE_INFINITY);
    expect(clock.sleeps).toEqual([]);
  });

  it('halves its rate once for a burst that is throttled, and gives a little back every second', async () => {
    const { limiter, callers, clock } = setUp({ concurrency: 1000 });
    const startedAt = clock.now();
    for (let name = 0; name < 100; name += 1) callers.ask(name);
    await clock.advance(50);
    for (let name = 0; name < 100; name += 1) {
      limiter.throttled(startedAt);
      limiter.release();
    }
    expect(limiter.ratePerSecond).toBe(50);
    await clock.advance(2000);
    expect(limiter.ratePerSecond).toBe(70);
    await clock.advance(13_000);
    expect(limiter.ratePerSecond).toBe(Number.POSITIVE_INFINITY);
  });

  it('begins calls evenly at its ceiling, after a tenth of a second saved up', async () => {
    const { limiter, callers, clock } = setUp({ concurrency: 100, ceilingPerSecond: 20 });
    for (let name = 1; name <= 6; name += 1) callers.ask(name);
    await clock.advance(200);
    expect(callers.began).toEqual([
      [1, 0],
      [2, 0],
      [3, 50],
      [4, 100],
      [5, 150],
      [6, 200],
    ]);
    expect(limiter.ratePerSecond).toBe(20);
  });

  it.each([
    { when: 'it waits for a slot', limits: { concurrency: 1 } },
    { when: 'it waits for a token', limits: { concurrency: 10, ceilingPerSecond: 1 } },
  ])('gives nothing to a caller that gives up while $when', async ({ limits }) => {
    const { limiter, callers, clock } = setUp(limits);
    const controller = new AbortController();
    callers.ask(1);
    callers.ask(2, controller.signal);
    callers.ask(3);
    await settle();
    controller.abort();
    limiter.release();
    await clock.advance(1000);
    expect(callers.failed).toEqual(['2 cancelled']);
    expect(callers.began.map(([name]) => name)).toEqual([1, 3]);
    expect(clock.asleep).toBe(0);
  });

  it('leaves no timer behind when the last one waiting gives up, and serves whoever comes next', async () => {
    const { callers, clock } = setUp({ concurrency: 10, ceilingPerSecond: 1 });
    const controller = new AbortController();
    callers.ask(1);
    callers.ask(2, controller.signal);
    await settle();
    expect(clock.asleep).toBe(1);
    controller.abort();
    callers.ask(3);
    await clock.advance(1000);
    expect(callers.began).toEqual([
      [1, 0],
      [3, 1000],
    ]);
    expect(clock.asleep).toBe(0);
  });

  it('refuses a caller that gave up before', async () => {
    const { limiter } = setUp({ concurrency: 1 });
    await expect(limiter.acquire(AbortSignal.abort())).rejects.toMatchObject({ name: 'cancelled' });
    await expect(limiter.acquire()).resolves.toBeGreaterThan(0);
  });

  it('never begins more than rate × time + burst, nor runs more than its concurrency, whoever gives up', async () => {
    const asks = fc.array(fc.record({ waitMs: fc.nat(400), givesUpAfterMs: fc.option(fc.nat(300)) }), {
      maxLength: 60,
    });
    await fc.assert(
      fc.asyncProperty(
        asks,
        fc.integer({ min: 1, max: 50 }),
        fc.integer({ min: 1, max: 5 }),
        async (script, ceilingPerSecond, concurrency) => {
          const { limiter, clock } = setUp({ concurrency, ceilingPerSecond });
          const startMs = clock.now();
          let [began, gaveUp, underWay] = [0, 0, 0];
          for (const { waitMs, givesUpAfterMs } of script) {
            const controller = new AbortController();
            limiter.acquire(controller.signal).then(
              async () => {
                began += 1;
                underWay += 1;
                expect(underWay).toBeLessThanOrEqual(concurrency);
                const burst = Math.max(1, ceilingPerSecond / 10);
                expect(began).toBeLessThanOrEqual(
                  (ceilingPerSecond * (clock.now() - startMs)) / 1000 + burst + 1e-6,
                );
                await clock.sleep(30);
                underWay -= 1;
                limiter.release();
              },
              () => {
                gaveUp += 1;
              },
            );
            if (givesUpAfterMs !== null) void clock.sleep(givesUpAfterMs).then(() => controller.abort());
            await clock.advance(waitMs);
          }
          await clock.advance(200_000);
          expect(began + gaveUp).toBe(script.length);
          expect(underWay).toBe(0);
          expect(clock.asleep).toBe(0);
        },
      ),
      { numRuns: 50 },
    );
  });
});
