/** Something to do at a time. */
interface Timer {
  /** Epoch milliseconds. */
  readonly at: number;
  /** Timers of the same time run in the order in which they were set. */
  readonly order: number;
  readonly act: () => void;
  cancelled: boolean;
}

/** Timers by time: a binary heap whose cancelled members are thrown out when they are half of it. */
export class Timers {
  private heap: Timer[] = [];
  private cancelled = 0;
  private order = 0;

  /** Answers how to cancel. */
  add(at: number, act: () => void): () => void {
    const timer: Timer = { at, order: ++this.order, act, cancelled: false };
    this.heap.push(timer);
    this.rise(this.heap.length - 1);
    return () => {
      if (timer.cancelled) return;
      timer.cancelled = true;
      this.cancelled++;
      if (this.cancelled > 64 && this.cancelled * 2 > this.heap.length) this.compact();
    };
  }

  /** When the next timer is due; undefined when there is none. */
  next(): number | undefined {
    this.dropCancelled();
    return this.heap[0]?.at;
  }

  /** Takes out the next timer that is due by `time` and answers what it does. */
  takeDue(time: number): (() => void) | undefined {
    this.dropCancelled();
    const first = this.heap[0];
    if (!first || first.at > time) return undefined;
    this.removeFirst();
    // Cancelling what has run is nothing, and must not be counted.
    first.cancelled = true;
    return first.act;
  }

  private dropCancelled(): void {
    while (this.heap[0]?.cancelled) {
      this.removeFirst();
      this.cancelled--;
    }
  }

  private compact(): void {
    const kept = this.heap.filter((timer) => !timer.cancelled);
    // A sorted array is a heap.
    this.heap = kept.sort((a, b) => a.at - b.at || a.order - b.order);
    this.cancelled = 0;
  }

  private removeFirst(): void {
    const last = this.heap.pop();
    if (last === undefined || this.heap.length === 0) return;
    this.heap[0] = last;
    this.sink(0);
  }

  private rise(index: number): void {
    let at = index;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.swapIfBefore(at, parent)) return;
      at = parent;
    }
  }

  private sink(index: number): void {
    let at = index;
    for (;;) {
      const left = 2 * at + 1;
      const child = this.isBefore(left + 1, left) ? left + 1 : left;
      if (!this.swapIfBefore(child, at)) return;
      at = child;
    }
  }

  private swapIfBefore(one: number, other: number): boolean {
    if (!this.isBefore(one, other)) return false;
    const [a, b] = [this.heap[one], this.heap[other]];
    if (!a || !b) return false;
    this.heap[one] = b;
    this.heap[other] = a;
    return true;
  }

  private isBefore(one: number, other: number): boolean {
    const [a, b] = [this.heap[one], this.heap[other]];
    if (!a || !b) return false;
    return a.at < b.at || (a.at === b.at && a.order < b.order);
  }
}
