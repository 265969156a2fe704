/** How to end an environment that is idle. */
type End = () => void;

/**
 * Sees to it that this machine does not hold more execution environments than it has room for: each is a thread with some
 * 40 MB. It is our limit, not one of AWS's. What is in use is never ended, so that there may be more for a while.
 */
export class Warm {
  private readonly most: number;
  private count = 0;
  /** The one that has been idle the longest first. */
  private readonly resting = new Set<End>();

  constructor(most: number) {
    this.most = most;
  }

  /** Another environment is about to start: those that have been idle the longest, of whichever function, make room. */
  started(): void {
    this.count++;
    for (const end of [...this.resting]) {
      if (this.count <= this.most) return;
      this.resting.delete(end);
      end();
    }
  }

  ended(): void {
    this.count--;
  }

  /** An environment is idle from now on, and may be ended. Answers how to say that it is not. */
  rest(end: End): () => void {
    this.resting.add(end);
    return () => {
      this.resting.delete(end);
    };
  }
}
