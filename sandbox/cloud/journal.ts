import type { Clock } from '../clock.ts';

/** What can happen in the cloud that nobody is told of: AWS would not show it either, or only in a metric. */
export type JournalKind =
  /** The front door refused a delivery or a service's own call. */
  | 'denied'
  /** Chaos took an event or a delivery away. */
  | 'lost'
  | 'duplicated'
  | 'delayed'
  /** Given up for good, with no dead-letter queue to keep it. */
  | 'dropped'
  /** Given up and kept in a dead-letter queue. */
  | 'deadLettered'
  /** A function was made to crash. */
  | 'crashed'
  /** Something in the sandbox itself had to be repaired: a database that was started again. */
  | 'repaired'
  /** An alarm changed its state. */
  | 'alarm';

/** One line of the journal. */
export interface JournalEntry {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly kind: JournalKind;
  /** What it is about: the ARN of a rule, a queue, a function. */
  readonly subject: string;
  readonly text: string;
}

const CAPACITY = 10_000;

/** Keeps the newest entries. */
export class Journal {
  private readonly clock: Clock;
  private kept: JournalEntry[] = [];
  private readonly listeners = new Set<(entry: JournalEntry) => void>();

  constructor(clock: Clock) {
    this.clock = clock;
  }

  note(kind: JournalKind, subject: string, text: string): void {
    const entry: JournalEntry = { at: this.clock.now(), kind, subject, text };
    this.kept.push(entry);
    if (this.kept.length > CAPACITY * 2) this.kept = this.kept.slice(-CAPACITY);
    for (const listener of this.listeners) listener(entry);
  }

  /** Oldest first; of one kind, or all. */
  entries(kind?: JournalKind): readonly JournalEntry[] {
    return kind === undefined ? [...this.kept] : this.kept.filter((entry) => entry.kind === kind);
  }

  /** Calls `listener` with every entry from now on. Answers how to stop. */
  subscribe(listener: (entry: JournalEntry) => void): () => void {
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
    };
  }

  clear(): void {
    this.kept = [];
  }
}
