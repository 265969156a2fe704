import * as z from 'zod';
import type { AdvanceableClock } from '../clock.ts';
import { type RandomSource, seededRandom } from '../random.ts';
import type { Journal } from './journal.ts';

const share = z.number().min(0).max(1).default(0);
const milliseconds = z.number().int().min(0).max(86_400_000).default(0);

const troubleSchema = z.strictObject({
  /** The share of deliveries that never arrive. */
  lose: share,
  /** The share that arrives twice; the second one within `reorderMs`, at least a second later. */
  duplicate: share,
  /** Each comes this much later. */
  delayMs: milliseconds,
  /** Each comes up to this much later, drawn anew each time: what is sent later may arrive earlier. */
  reorderMs: milliseconds,
});

const chaosSchema = z.strictObject({
  /** On the way from CloudTrail to the default bus. */
  trail: troubleSchema.prefault({}),
  /** On the way from a bus's rule to its target. */
  targets: troubleSchema.prefault({}),
  /** The same seed and the same order of deliveries give the same trouble. */
  seed: z.number().int().default(1),
});

/** Where deliveries can be troubled. */
export type ChaosPlace = 'trail' | 'targets';
export type ChaosSettings = z.output<typeof chaosSchema>;

/** Loses, doubles, delays and reorders deliveries, the same way in every run. Harmless until it is set. */
export class Chaos {
  private readonly clock: AdvanceableClock;
  private readonly journal: Journal;
  private settings: ChaosSettings = chaosSchema.parse({});
  private random: RandomSource = seededRandom(1);

  constructor(clock: AdvanceableClock, journal: Journal) {
    this.clock = clock;
    this.journal = journal;
  }

  get(): ChaosSettings {
    return this.settings;
  }

  /** Replaces all settings and starts the seed again. Throws `ZodError` and changes nothing for settings that do not exist. */
  set(input: unknown): ChaosSettings {
    this.settings = chaosSchema.parse(input);
    this.random = seededRandom(this.settings.seed);
    return this.settings;
  }

  /** Carries out `act` once, twice or never, now or later. `subject` is what the journal calls it. */
  pass(place: ChaosPlace, subject: string, act: () => void): void {
    const trouble = this.settings[place];
    if (this.happens(trouble.lose)) {
      this.journal.note('lost', subject, `lost on the way (${place})`);
      return;
    }
    const doubled = this.happens(trouble.duplicate);
    this.after(trouble.delayMs + this.upTo(trouble.reorderMs), act);
    if (!doubled) return;
    this.journal.note('duplicated', subject, `delivered twice (${place})`);
    this.after(trouble.delayMs + 1000 + this.upTo(trouble.reorderMs), act);
  }

  private happens(chance: number): boolean {
    return chance > 0 && this.random.integer(1_000_000) < chance * 1_000_000;
  }

  private upTo(ms: number): number {
    return ms === 0 ? 0 : this.random.integer(ms + 1);
  }

  private after(ms: number, act: () => void): void {
    if (ms === 0) act();
    else this.clock.at(this.clock.now() + ms, act);
  }
}
