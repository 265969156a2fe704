import { AwsError } from '../aws-error.ts';
import type { AdvanceableClock } from '../clock.ts';
import type { AccessAnswer, AccessQuestion } from '../cloud/access.ts';
import type { Journal } from '../cloud/journal.ts';
import type { Work } from '../cloud/work.ts';
import { compileEventPattern, type EventPattern } from '../eventbridge/event-pattern.ts';
import { md5Of, md5OfAttributes } from '../sqs/message.ts';
import type { Queue, ReceivedMessage } from '../sqs/queue.ts';
import { systemAttributesOf } from '../sqs/received-view.ts';
import { batchVerdict } from './batch-response.ts';
import type { Invocation, LambdaFunction } from './function.ts';

/** A mapping from a queue to a function as infrastructure code defines it. */
export interface SqsMappingDefinition {
  readonly queueArn: string;
  readonly functionArn: string;
  /** 1 to 10, or to 10,000 for a standard queue with a window; 10 unless said otherwise. */
  readonly batchSize?: number | undefined;
  /** 0 to 300, standard queues only. */
  readonly windowSeconds?: number | undefined;
  readonly reportBatchItemFailures?: boolean | undefined;
  /** 2 to 1,000. */
  readonly maximumConcurrency?: number | undefined;
  /** JSON patterns, any of which lets a message through; the others are deleted. */
  readonly filters?: readonly string[] | undefined;
  readonly enabled?: boolean | undefined;
}

export interface MappingSurroundings {
  readonly clock: AdvanceableClock;
  readonly work: Work;
  readonly journal: Journal;
  authorize(question: AccessQuestion): AccessAnswer;
}

/** Lambda would begin with five pollers and go up to 1,250; more than this helps nobody on one machine. */
const DEFAULT_CONCURRENCY = 10;
const ASK_AGAIN_MS = 60_000;

/**
 * Polls a queue for a function. What succeeds is deleted; what fails is left alone, so that it comes back when its
 * visibility time-out, or the one that the function gave it, is over.
 * https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
 */
export class SqsMapping {
  readonly definition: SqsMappingDefinition;
  private readonly queue: Queue;
  private readonly fn: LambdaFunction;
  private readonly around: MappingSurroundings;
  private readonly filters: readonly EventPattern[];
  private readonly batchSize: number;
  private stops: (() => void)[] = [];
  private active = 0;
  private scheduled = false;
  private gathered: ReceivedMessage[] = [];
  private endWindow: (() => void) | undefined;
  private isDenied = false;

  /** Throws for what AWS would refuse when the mapping is made. */
  constructor(
    definition: SqsMappingDefinition,
    ends: { queue: Queue; fn: LambdaFunction },
    around: MappingSurroundings,
  ) {
    this.definition = definition;
    this.queue = ends.queue;
    this.fn = ends.fn;
    this.around = around;
    this.batchSize = definition.batchSize ?? 10;
    this.filters = (definition.filters ?? []).map(compileEventPattern);
    checkMapping(definition, ends);
  }

  /** Begins to poll; calling it again does nothing. */
  start(): void {
    if (this.definition.enabled === false || this.stops.length > 0) return;
    this.stops = [this.queue.onVisible(() => this.wake()), this.fn.onCapacity(() => this.wake())];
    this.wake();
  }

  /** Polls no more; what is under way goes on. */
  stop(): void {
    for (const stop of this.stops) stop();
    this.stops = [];
    this.endWindow?.();
  }

  /** Polls in the next turn, so that what is sent together is received together. */
  private wake(): void {
    if (this.scheduled || this.stops.length === 0) return;
    this.scheduled = true;
    void this.around.work.track(
      new Promise<void>((resolve) => {
        setImmediate(() => {
          this.scheduled = false;
          resolve();
          this.poll();
        });
      }),
    );
  }

  private poll(): void {
    const limit = this.definition.maximumConcurrency ?? DEFAULT_CONCURRENCY;
    const window = this.definition.windowSeconds ?? 0;
    while (this.stops.length > 0 && this.active < limit && this.fn.hasCapacity() && this.queue.hasVisible()) {
      if (!this.isAllowed()) return;
      this.receive();
      if (this.gathered.length === 0) return;
      if (window > 0 && this.gathered.length < this.batchSize) {
        this.waitForMore(window);
        return;
      }
      this.handle();
    }
  }

  private receive(): void {
    while (this.gathered.length < this.batchSize) {
      const max = Math.min(10, this.batchSize - this.gathered.length);
      const received = this.queue.receive({ max });
      if (received.length === 0) return;
      this.gathered.push(...received.filter((one) => this.passesFilter(one)));
    }
  }

  private waitForMore(seconds: number): void {
    const { clock } = this.around;
    this.endWindow ??= clock.at(clock.now() + seconds * 1000, () => {
      this.endWindow = undefined;
      if (this.gathered.length > 0) this.handle();
    });
  }

  private handle(): void {
    this.endWindow?.();
    this.endWindow = undefined;
    const batch = this.gathered;
    this.gathered = [];
    this.active++;
    const handling = this.invoke(batch).finally(() => {
      this.active--;
      this.wake();
    });
    void this.around.work.track(handling);
  }

  private async invoke(batch: readonly ReceivedMessage[]): Promise<void> {
    let invocation: Invocation;
    try {
      invocation = await this.fn.invoke(JSON.stringify({ Records: batch.map((one) => this.recordOf(one)) }));
    } catch (error) {
      // Throttled: the messages come back after their visibility time-out.
      if (error instanceof AwsError) return;
      throw error;
    }
    const ids = new Set(batch.map(({ message }) => message.id));
    const verdict = batchVerdict(invocation, this.definition.reportBatchItemFailures ?? false, ids);
    if (verdict.kind === 'failed') return;
    for (const one of batch) {
      if (verdict.kind === 'partly' && verdict.failed.has(one.message.id)) continue;
      this.delete(one);
    }
  }

  /** A handle may have expired meanwhile: then the message comes again, as at AWS. */
  private delete({ receiptHandle }: ReceivedMessage): void {
    try {
      this.queue.delete(receiptHandle);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
    }
  }

  private passesFilter(one: ReceivedMessage): boolean {
    if (this.filters.length === 0) return true;
    const record = { ...this.recordOf(one), body: jsonOrText(one.message.body) };
    if (this.filters.some((filter) => filter.matches(record))) return true;
    this.delete(one);
    return false;
  }

  private recordOf({ message, receiptHandle }: ReceivedMessage) {
    const digest = md5OfAttributes(message.attributes);
    return {
      messageId: message.id,
      receiptHandle,
      body: message.body,
      attributes: systemAttributesOf(message, this.queue.fifo),
      messageAttributes: Object.fromEntries(
        Object.entries(message.attributes).map(([name, { dataType, stringValue, binaryValue }]) => [
          name,
          {
            ...(stringValue === undefined ? {} : { stringValue }),
            ...(binaryValue === undefined
              ? {}
              : { binaryValue: Buffer.from(binaryValue).toString('base64') }),
            stringListValues: [],
            binaryListValues: [],
            dataType,
          },
        ]),
      ),
      ...(digest === undefined ? {} : { md5OfMessageAttributes: digest }),
      md5OfBody: md5Of(message.body),
      eventSource: 'aws:sqs',
      eventSourceARN: this.queue.arn,
      awsRegion: this.queue.place.region,
    };
  }

  /** By the function's role, as Lambda does it. Refused, it asks again after a minute. */
  private isAllowed(): boolean {
    for (const action of ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes']) {
      const answer = this.around.authorize({
        principal: { kind: 'role', roleArn: this.fn.definition.roleArn, service: 'lambda.amazonaws.com' },
        action,
        resource: this.queue.arn,
        account: this.queue.place.account,
        region: this.queue.place.region,
        resourcePolicy: this.queue.definition.policy,
      });
      if (answer.kind === 'allowed') continue;
      if (!this.isDenied) this.around.journal.note('denied', this.fn.arn, answer.reason);
      this.isDenied = true;
      this.around.clock.at(this.around.clock.now() + ASK_AGAIN_MS, () => this.wake());
      return false;
    }
    this.isDenied = false;
    return true;
  }
}

function checkMapping(
  definition: SqsMappingDefinition,
  { queue, fn }: { queue: Queue; fn: LambdaFunction },
): void {
  const { batchSize = 10, windowSeconds = 0, maximumConcurrency } = definition;
  const visibilityMs = queue.definition.visibilityTimeoutSeconds * 1000;
  if (visibilityMs < fn.timeoutMs) {
    throw invalid(
      `Queue visibility timeout: ${visibilityMs / 1000} seconds is less than Function timeout: ${fn.timeoutMs / 1000} seconds`,
    );
  }
  const most = queue.fifo || windowSeconds === 0 ? 10 : 10_000;
  if (batchSize < 1 || batchSize > most)
    throw invalid(`Batch size ${batchSize} is not between 1 and ${most}.`);
  if (windowSeconds < 0 || windowSeconds > 300 || (queue.fifo && windowSeconds > 0)) {
    throw invalid('Batching window is between 0 and 300 seconds, and not supported for FIFO queues.');
  }
  if (maximumConcurrency !== undefined && (maximumConcurrency < 2 || maximumConcurrency > 1000)) {
    throw invalid('Maximum concurrency is between 2 and 1000.');
  }
}

function invalid(message: string): AwsError {
  return new AwsError('InvalidParameterValueException', 400, message);
}

function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
