/** An event that was dealt with: when it is delivered again, nothing is done. */
export interface SeenEvent {
  readonly type: 'seenEvent';
  readonly id: string;
  /** Epoch milliseconds. */
  readonly at: number;
}

/** EventBridge retries for 24 hours (facts §6.2), and its replays are marked; a dead-letter queue is emptied within days. */
export const SEEN_EVENT_DAYS = 4;
