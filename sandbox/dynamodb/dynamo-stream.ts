import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '../clock.ts';
import type { StreamRecord, StreamSource } from '../lambda/stream-mapping.ts';
import { isObject } from '../wire/json-shape.ts';
import type { StreamViewType } from './table-definition.ts';

type Image = Readonly<Record<string, unknown>>;

/** A record as dynoxide has it; images are always both there. */
export interface RawRecord {
  readonly eventName: 'INSERT' | 'MODIFY' | 'REMOVE';
  readonly dynamodb: {
    readonly Keys: Image;
    readonly NewImage?: Image;
    readonly OldImage?: Image;
    readonly SequenceNumber: string;
    readonly SizeBytes: number;
  };
}

export interface StreamPlace {
  readonly arn: string;
  readonly region: string;
  readonly viewType: StreamViewType;
  readonly clock: Clock;
  /** Reads what came after the position that the last answer gave; the beginning without one. */
  read(
    position: string | undefined,
  ): Promise<{ readonly records: readonly RawRecord[]; readonly next: string | undefined }>;
  /** The position after everything that is there. */
  latest(): Promise<string>;
}

/** The stream of one table: what dynoxide recorded, as DynamoDB would tell it. */
export class DynamoStream implements StreamSource {
  readonly arn: string;
  readonly shardId: string;
  private readonly place: StreamPlace;
  private readonly listeners = new Set<() => void>();
  /** Keys of items that time to live deletes, as JSON. */
  private readonly expiring = new Set<string>();
  private kept: StreamRecord[] = [];
  private position: string | undefined;
  private reading: Promise<void> | undefined;
  private again = false;

  constructor(place: StreamPlace, position: string | undefined) {
    this.place = place;
    this.position = position;
    this.arn = place.arn;
    this.shardId = 'shardId-00000001795168800000-00000001';
  }

  records(from: number, count: number): readonly StreamRecord[] {
    return this.kept.slice(from, from + count);
  }

  end(): number {
    return this.kept.length;
  }

  onRecords(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
    };
  }

  /** The removal of this item, when it comes, is the work of time to live. */
  expect(key: Image): void {
    this.expiring.add(JSON.stringify(sorted(key)));
  }

  /** Takes in what was written since the last time; resolves when that is done. */
  async drain(): Promise<void> {
    this.again = true;
    this.reading ??= this.readAll();
    await this.reading;
  }

  /** Forgets everything and goes on after what is there now: the table was put back to how it was. */
  async begin(): Promise<void> {
    await this.reading;
    this.position = await this.place.latest();
    this.kept = [];
    this.expiring.clear();
    this.announce();
  }

  private async readAll(): Promise<void> {
    try {
      while (this.again) await this.readToEnd();
    } finally {
      // In the same turn as the last look at `again`, so that nobody is told to wait for what has ended.
      this.reading = undefined;
    }
  }

  private async readToEnd(): Promise<void> {
    this.again = false;
    for (;;) {
      const { records, next } = await this.place.read(this.position);
      this.position = next ?? this.position;
      if (records.length === 0) return;
      const told = records.filter(changesSomething).map((record) => this.tell(record));
      this.kept.push(...told);
      if (told.length > 0) this.announce();
    }
  }

  private tell({ eventName, dynamodb }: RawRecord): StreamRecord {
    const { viewType, region, clock } = this.place;
    const { Keys, NewImage, OldImage, SequenceNumber, SizeBytes } = dynamodb;
    const showsNew = viewType === 'NEW_IMAGE' || viewType === 'NEW_AND_OLD_IMAGES';
    const showsOld = viewType === 'OLD_IMAGE' || viewType === 'NEW_AND_OLD_IMAGES';
    const isExpiry = eventName === 'REMOVE' && this.expiring.delete(JSON.stringify(sorted(Keys)));
    return {
      eventID: Number(SequenceNumber).toString(16).padStart(32, '0'),
      eventName,
      eventVersion: '1.1',
      eventSource: 'aws:dynamodb',
      awsRegion: region,
      dynamodb: {
        ApproximateCreationDateTime: Math.floor(clock.now() / 1000),
        Keys,
        ...(showsNew && NewImage ? { NewImage } : {}),
        ...(showsOld && OldImage ? { OldImage } : {}),
        SequenceNumber: SequenceNumber.padStart(21, '0'),
        SizeBytes,
        StreamViewType: viewType,
      },
      eventSourceARN: this.arn,
      ...(isExpiry
        ? { userIdentity: { type: 'Service' as const, principalId: 'dynamodb.amazonaws.com' as const } }
        : {}),
    };
  }

  private announce(): void {
    for (const listener of [...this.listeners]) listener();
  }
}

/** DynamoDB records no write that leaves an item as it was. */
function changesSomething({ eventName, dynamodb }: RawRecord): boolean {
  return eventName !== 'MODIFY' || !isDeepStrictEqual(dynamodb.NewImage, dynamodb.OldImage);
}

function sorted(key: Image): Image {
  return Object.fromEntries(Object.entries(key).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Reads the answer of dynoxide's GetRecords. Throws for any other. */
export function rawRecords(answer: unknown): { records: readonly RawRecord[]; next: string | undefined } {
  if (!isObject(answer) || !Array.isArray(answer['Records'])) {
    throw new Error(`dynoxide's GetRecords answered ${JSON.stringify(answer)}`);
  }
  const next = answer['NextShardIterator'];
  return { records: answer['Records'] as RawRecord[], next: typeof next === 'string' ? next : undefined };
}
