/** Counts what is under way, so that a test or a summary can wait until nothing is. */
export class Work {
  private underWay = 0;
  private waiting: (() => void)[] = [];

  /** Counts `task` until it has ended. Answers the same promise, for its result and its failure. */
  async track<T>(task: Promise<T>): Promise<T> {
    this.underWay++;
    try {
      return await task;
    } finally {
      this.underWay--;
      if (this.underWay === 0) this.wake();
    }
  }

  /** Resolves when nothing is under way and nothing new has begun in a turn of the event loop after that. */
  async quiet(): Promise<void> {
    do {
      await nextTurn();
      if (this.underWay > 0) await new Promise<void>((resolve) => this.waiting.push(resolve));
    } while (!(await this.staysQuiet()));
  }

  private async staysQuiet(): Promise<boolean> {
    await nextTurn();
    return this.underWay === 0;
  }

  private wake(): void {
    const woken = this.waiting;
    this.waiting = [];
    for (const wake of woken) wake();
  }
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
