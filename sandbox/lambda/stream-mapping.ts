import { AwsError } from '../aws-error.ts';
import type { Deliver } from '../cloud/delivery.ts';
import { compileEventPattern, type EventPattern } from '../eventbridge/event-pattern.ts';
import { batchVerdict } from './batch-response.ts';
import type { Invocation, LambdaFunction } from './function.ts';
import type { MappingSurroundings } from './sqs-mapping.ts';

/** A record of a DynamoDB stream, as functions get it. */
export interface StreamRecord {
  readonly eventID: string;
  readonly eventName: 'INSERT' | 'MODIFY' | 'REMOVE';
  readonly eventVersion: string;
  readonly eventSource: 'aws:dynamodb';
  readonly awsRegion: string;
  readonly eventSourceARN: string;
  readonly userIdentity?: { readonly type: 'Service'; readonly principalId: 'dynamodb.amazonaws.com' };
  readonly dynamodb: {
    /** Epoch seconds. */
    readonly ApproximateCreationDateTime: number;
    readonly Keys: Readonly<Record<string, unknown>>;
    readonly NewImage?: Readonly<Record<string, unknown>>;
    readonly OldImage?: Readonly<Record<string, unknown>>;
    readonly SequenceNumber: string;
    readonly SizeBytes: number;
    readonly StreamViewType: string;
  };
}

/** A stream: its records, in order, by their place in it (0, 1, 2 …). */
export interface StreamSource {
  readonly arn: string;
  readonly shardId: string;
  records(from: number, count: number): readonly StreamRecord[];
  /** The place that the next record will have. */
  end(): number;
  /** Calls `listener` when there are new records, or the stream began again. Answers how to stop. */
  onRecords(listener: () => void): () => void;
}

/** A mapping from a stream to a function as infrastructure code defines it. */
export interface StreamMappingDefinition {
  readonly streamArn: string;
  readonly functionArn: string;
  readonly startingPosition: 'LATEST' | 'TRIM_HORIZON';
  /** 1 to 10,000; 100 unless said otherwise. */
  readonly batchSize?: number | undefined;
  readonly windowSeconds?: number | undefined;
  readonly bisectOnError?: boolean | undefined;
  /** -1, the default, is until the record is too old. */
  readonly maximumRetryAttempts?: number | undefined;
  /** Seconds; -1, the default, is for as long as the stream keeps records (a day). */
  readonly maximumRecordAgeSeconds?: number | undefined;
  readonly reportBatchItemFailures?: boolean | undefined;
  /** A queue or a topic that is told where in the stream records were given up. */
  readonly onFailureArn?: string | undefined;
  readonly filters?: readonly string[] | undefined;
  readonly enabled?: boolean | undefined;
}

export interface StreamSurroundings extends MappingSurroundings {
  readonly deliver: Deliver;
}

const STREAM_KEEPS_MS = 86_400_000;
const LONGEST_PAUSE_MS = 60_000;

/**
 * Reads a stream for a function: in order, one batch at a time. A batch that fails is tried again, halved where the
 * mapping says so, and given up when attempts or age are used up; nothing after it is handled before.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html
 */
export class StreamMapping {
  readonly definition: StreamMappingDefinition;
  private readonly source: StreamSource;
  private readonly fn: LambdaFunction;
  private readonly around: StreamSurroundings;
  private readonly filters: readonly EventPattern[];
  private stops: (() => void)[] = [];
  private position: number;
  private busy = false;
  private endWindow: (() => void) | undefined;

  constructor(
    definition: StreamMappingDefinition,
    ends: { source: StreamSource; fn: LambdaFunction },
    around: StreamSurroundings,
  ) {
    this.definition = definition;
    this.source = ends.source;
    this.fn = ends.fn;
    this.around = around;
    this.filters = (definition.filters ?? []).map(compileEventPattern);
    this.position = definition.startingPosition === 'LATEST' ? this.source.end() : 0;
  }

  /** Begins to read; calling it again does nothing. */
  start(): void {
    if (this.definition.enabled === false || this.stops.length > 0) return;
    this.stops = [this.source.onRecords(() => this.wake()), this.fn.onCapacity(() => this.wake())];
    this.wake();
  }

  stop(): void {
    for (const stop of this.stops) stop();
    this.stops = [];
    this.endWindow?.();
    this.endWindow = undefined;
  }

  private wake(): void {
    // A database that was restored has fewer records than were read.
    this.position = Math.min(this.position, this.source.end());
    if (this.busy || this.stops.length === 0 || !this.fn.hasCapacity()) return;
    const { batchSize = 100, windowSeconds = 0 } = this.definition;
    const batch = this.source.records(this.position, batchSize);
    if (batch.length === 0) return;
    if (windowSeconds > 0 && batch.length < batchSize) this.waitForMore(windowSeconds);
    else this.begin(batch);
  }

  private waitForMore(seconds: number): void {
    const { clock } = this.around;
    this.endWindow ??= clock.at(clock.now() + seconds * 1000, () => {
      this.endWindow = undefined;
      const batch = this.source.records(this.position, this.definition.batchSize ?? 100);
      if (!this.busy && batch.length > 0) this.begin(batch);
    });
  }

  private begin(batch: readonly StreamRecord[]): void {
    this.busy = true;
    this.endWindow?.();
    this.endWindow = undefined;
    const from = this.position;
    this.handle(batch, 0, () => {
      this.busy = false;
      // Unless the stream began again meanwhile.
      if (this.position === from) this.position = from + batch.length;
      this.wake();
    });
  }

  /** Handles records until they are done or given up, then goes on with `done`. Waits on the clock between attempts. */
  private handle(records: readonly StreamRecord[], failures: number, done: () => void): void {
    void this.around.work.track(this.attempt(records, failures, done));
  }

  private async attempt(all: readonly StreamRecord[], failures: number, done: () => void): Promise<void> {
    const young = await this.dropOld(all, failures);
    const records = young.filter((record) => this.passesFilter(record));
    if (records.length === 0) return done();
    let invocation: Invocation;
    try {
      invocation = await this.fn.invoke(JSON.stringify({ Records: records }));
    } catch (error) {
      if (error instanceof AwsError) return this.later(records, failures, done);
      throw error;
    }
    const numbers = new Set(records.map(({ dynamodb }) => dynamodb.SequenceNumber));
    const verdict = batchVerdict(invocation, this.definition.reportBatchItemFailures ?? false, numbers);
    if (verdict.kind === 'done') return done();
    // From the first one that failed on, everything is tried again.
    const first =
      verdict.kind === 'partly'
        ? records.findIndex(({ dynamodb }) => verdict.failed.has(dynamodb.SequenceNumber))
        : 0;
    await this.failed(records.slice(first), first > 0 ? 0 : failures, invocation, done);
  }

  private async failed(
    records: readonly StreamRecord[],
    failures: number,
    invocation: Invocation,
    done: () => void,
  ): Promise<void> {
    const { bisectOnError = false, maximumRetryAttempts = -1 } = this.definition;
    if (bisectOnError && records.length > 1) {
      // Halving uses up no attempt.
      const middle = Math.ceil(records.length / 2);
      return this.handle(records.slice(0, middle), failures, () =>
        this.handle(records.slice(middle), failures, done),
      );
    }
    if (maximumRetryAttempts >= 0 && failures >= maximumRetryAttempts) {
      await this.giveUp(records, 'RetryAttemptsExhausted', failures + 1, invocation);
      return done();
    }
    this.later(records, failures + 1, done);
  }

  private later(records: readonly StreamRecord[], failures: number, done: () => void): void {
    const { clock } = this.around;
    const pause = Math.min(LONGEST_PAUSE_MS, 1000 * 2 ** Math.max(0, failures - 1));
    clock.at(clock.now() + pause, () => this.handle(records, failures, done));
  }

  private async dropOld(
    records: readonly StreamRecord[],
    failures: number,
  ): Promise<readonly StreamRecord[]> {
    const { maximumRecordAgeSeconds = -1 } = this.definition;
    const longest = maximumRecordAgeSeconds < 0 ? STREAM_KEEPS_MS : maximumRecordAgeSeconds * 1000;
    const horizon = this.around.clock.now() - longest;
    const isOld = ({ dynamodb }: StreamRecord) => dynamodb.ApproximateCreationDateTime * 1000 < horizon;
    const old = records.filter(isOld);
    if (old.length > 0) await this.giveUp(old, 'RecordAgeExceeded', failures, undefined);
    return old.length === 0 ? records : records.filter((record) => !isOld(record));
  }

  private passesFilter(record: StreamRecord): boolean {
    return this.filters.length === 0 || this.filters.some((filter) => filter.matches(record));
  }

  private async giveUp(
    records: readonly StreamRecord[],
    condition: string,
    attempts: number,
    invocation: Invocation | undefined,
  ): Promise<void> {
    const { journal, deliver, clock } = this.around;
    const { onFailureArn } = this.definition;
    const why = `${records.length} record(s) of ${this.source.arn}: ${condition}`;
    journal.note(onFailureArn === undefined ? 'dropped' : 'deadLettered', this.fn.arn, why);
    if (onFailureArn === undefined) return;
    const [first, last] = [records[0], records.at(-1)];
    const arrival = (record: StreamRecord | undefined) =>
      new Date((record?.dynamodb.ApproximateCreationDateTime ?? 0) * 1000).toISOString();
    const outcome = await deliver({
      principal: { kind: 'role', roleArn: this.fn.definition.roleArn, service: 'lambda.amazonaws.com' },
      targetArn: onFailureArn,
      payload: JSON.stringify({
        requestContext: {
          requestId: invocation?.requestId ?? '',
          functionArn: this.fn.arn,
          condition,
          approximateInvokeCount: attempts,
        },
        ...(invocation
          ? {
              responseContext: {
                statusCode: 200,
                executedVersion: '$LATEST',
                functionError: invocation.functionError,
              },
            }
          : {}),
        version: '1.0',
        timestamp: new Date(clock.now()).toISOString(),
        DDBStreamBatchInfo: {
          shardId: this.source.shardId,
          startSequenceNumber: first?.dynamodb.SequenceNumber,
          endSequenceNumber: last?.dynamodb.SequenceNumber,
          approximateArrivalOfFirstRecord: arrival(first),
          approximateArrivalOfLastRecord: arrival(last),
          batchSize: records.length,
          streamArn: this.source.arn,
        },
      }),
    });
    if (outcome.kind === 'failed')
      journal.note('dropped', this.fn.arn, `for ${onFailureArn}: ${outcome.message}`);
  }
}
