/** What EventBridge delivers for an API call (facts §6.1). */
export interface TrailEvent {
  readonly version: '0';
  readonly id: string;
  readonly 'detail-type': 'AWS API Call via CloudTrail';
  /** `aws.eks`, `aws.iam`. */
  readonly source: string;
  readonly account: string;
  /** ISO 8601, whole seconds. */
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: TrailRecord;
}

/** A CloudTrail record (facts §5). */
export interface TrailRecord {
  readonly eventVersion: string;
  readonly userIdentity: Readonly<Record<string, unknown>>;
  readonly eventTime: string;
  readonly eventSource: string;
  readonly eventName: string;
  readonly awsRegion: string;
  readonly sourceIPAddress: string;
  readonly userAgent: string;
  /** Present when the call failed, and only then. */
  readonly errorCode?: string;
  readonly errorMessage?: string;
  readonly requestParameters: Readonly<Record<string, unknown>> | null;
  readonly responseElements: Readonly<Record<string, unknown>> | null;
  readonly requestID: string;
  readonly eventID: string;
  readonly readOnly: boolean;
  readonly eventType: 'AwsApiCall';
  readonly managementEvent: true;
  readonly recipientAccountId: string;
  readonly eventCategory: 'Management';
  readonly tlsDetails: Readonly<Record<string, string>>;
}

/** An event with its number: 1, 2, 3 … in the order in which the calls were carried out. */
export interface NumberedEvent {
  readonly sequence: number;
  readonly event: TrailEvent;
}

/** Which events are wanted. */
export interface EventFilter {
  /** Only events after this sequence number. */
  readonly since?: number | undefined;
  readonly eventName?: string | undefined;
  readonly account?: string | undefined;
  readonly limit?: number | undefined;
}

/** Events of every mutating call: the newest ones to be read, and all of them to whoever subscribed. */
export class Trail {
  private readonly capacity: number;
  /** A ring: the event with number n is at n modulo capacity. */
  private ring: NumberedEvent[] = [];
  private last = 0;
  /** The number of the last event that was forgotten on purpose. */
  private cleared = 0;
  private readonly listeners = new Set<(event: TrailEvent) => void>();

  constructor(capacity = 10_000) {
    this.capacity = capacity;
  }

  append(event: TrailEvent): void {
    const numbered = { sequence: ++this.last, event };
    this.ring[this.last % this.capacity] = numbered;
    for (const listener of this.listeners) listener(event);
  }

  /** Calls `listener` with every event from now on, in order, as soon as the call was carried out. Answers how to stop. */
  subscribe(listener: (event: TrailEvent) => void): () => void {
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
    };
  }

  /** The number of the newest event; 0 when there is none yet. */
  latestSequence(): number {
    return this.last;
  }

  /** The number of the oldest event that can still be read; a reader whose `since` is older has missed some. */
  oldestSequence(): number {
    return Math.max(this.cleared, this.last - this.capacity) + 1;
  }

  /** The events that match, oldest first. */
  events(filter: EventFilter = {}): readonly NumberedEvent[] {
    const found: NumberedEvent[] = [];
    const limit = filter.limit ?? this.capacity;
    const first = Math.max(this.oldestSequence(), (filter.since ?? 0) + 1);
    for (let sequence = first; sequence <= this.last && found.length < limit; sequence++) {
      const numbered = this.ring[sequence % this.capacity];
      if (numbered && matches(numbered.event, filter)) found.push(numbered);
    }
    return found;
  }

  /** Forgets the events; numbers go on, and subscribers stay. */
  clear(): void {
    this.ring = [];
    this.cleared = this.last;
  }
}

function matches(event: TrailEvent, filter: EventFilter): boolean {
  return (
    (filter.eventName === undefined || event.detail.eventName === filter.eventName) &&
    (filter.account === undefined || event.account === filter.account)
  );
}
