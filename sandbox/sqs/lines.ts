import type { StoredMessage } from './message.ts';

/** The messages that may be received now, in the order in which they are handed out. */
export interface Line {
  /** Puts in a message that has never been received. */
  add(message: StoredMessage): void;
  /** Takes out up to `count` messages; they are in flight from now on. */
  take(count: number): StoredMessage[];
  /** Puts back a message that was in flight. */
  putBack(message: StoredMessage): void;
  /** Drops a message, wherever it is: in the line or in flight. */
  drop(message: StoredMessage): void;
  /** Whether `take` would answer something. */
  hasAny(): boolean;
}

/** A standard queue's: first in, first out as far as it goes; what comes back goes to the end. */
export class StandardLine implements Line {
  private readonly waiting = new Set<StoredMessage>();

  add(message: StoredMessage): void {
    this.waiting.add(message);
  }

  take(count: number): StoredMessage[] {
    const taken: StoredMessage[] = [];
    for (const message of this.waiting) {
      if (taken.length === count) break;
      this.waiting.delete(message);
      taken.push(message);
    }
    return taken;
  }

  putBack(message: StoredMessage): void {
    this.waiting.add(message);
  }

  drop(message: StoredMessage): void {
    this.waiting.delete(message);
  }

  hasAny(): boolean {
    return this.waiting.size > 0;
  }
}

interface Group {
  readonly id: string;
  /** In order of sequence. */
  readonly waiting: StoredMessage[];
  readonly inFlight: Set<StoredMessage>;
}

/**
 * A FIFO queue's: strictly in order within a message group, and nothing of a group while some of it is in flight. One
 * receive call may get several messages of a group.
 */
export class FifoLine implements Line {
  /** In the order in which groups are served; a served one goes to the end. */
  private readonly groups = new Map<string, Group>();

  add(message: StoredMessage): void {
    this.groupOf(message).waiting.push(message);
  }

  take(count: number): StoredMessage[] {
    const taken: StoredMessage[] = [];
    for (const group of [...this.groups.values()]) {
      if (taken.length === count) break;
      if (group.inFlight.size > 0 || group.waiting.length === 0) continue;
      const batch = group.waiting.splice(0, count - taken.length);
      for (const message of batch) group.inFlight.add(message);
      taken.push(...batch);
      this.groups.delete(group.id);
      this.groups.set(group.id, group);
    }
    return taken;
  }

  putBack(message: StoredMessage): void {
    const group = this.groupOf(message);
    group.inFlight.delete(message);
    const at = group.waiting.findIndex((other) => other.sequence > message.sequence);
    group.waiting.splice(at < 0 ? group.waiting.length : at, 0, message);
  }

  drop(message: StoredMessage): void {
    const group = this.groupOf(message);
    group.inFlight.delete(message);
    const at = group.waiting.indexOf(message);
    if (at >= 0) group.waiting.splice(at, 1);
    if (group.waiting.length === 0 && group.inFlight.size === 0) this.groups.delete(group.id);
  }

  hasAny(): boolean {
    for (const group of this.groups.values()) {
      if (group.inFlight.size === 0 && group.waiting.length > 0) return true;
    }
    return false;
  }

  private groupOf(message: StoredMessage): Group {
    const id = message.groupId ?? '';
    const known = this.groups.get(id);
    if (known) return known;
    const group: Group = { id, waiting: [], inFlight: new Set() };
    this.groups.set(id, group);
    return group;
  }
}
