/**
 * How long the past stays readable, in milliseconds: the longest staleness and propagation delay that the
 * switches allow.
 */
export const HISTORY_MS = 10 * 60_000;

/** A value that changes, and what it was before: what stale reads are made of. `undefined` means that it was not there. */
export class Timeline<T> {
  /** In order of time. */
  private versions: { readonly at: number; readonly value: T | undefined }[];

  constructor(at: number, value: T | undefined) {
    this.versions = [{ at, value }];
  }

  /** The value at a time (epoch milliseconds); undefined before the first one. */
  at(time: number): T | undefined {
    for (let i = this.versions.length - 1; i >= 0; i--) {
      const version = this.versions[i];
      if (version && version.at <= time) return version.value;
    }
    return undefined;
  }

  /** The value now. */
  latest(): T | undefined {
    return this.versions.at(-1)?.value;
  }

  /** When the value last changed, epoch milliseconds. */
  changedAt(): number {
    return this.versions.at(-1)?.at ?? Number.NEGATIVE_INFINITY;
  }

  /** Changes the value from `now` on, and forgets what nobody can ask for any more. */
  set(now: number, value: T | undefined): void {
    const horizon = now - HISTORY_MS;
    const firstKept = this.versions.findLastIndex((version) => version.at <= horizon);
    if (firstKept > 0) this.versions.splice(0, firstKept);
    this.versions.push({ at: now, value });
  }
}
