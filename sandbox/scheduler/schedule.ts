import type { AdvanceableClock } from '../clock.ts';
import { arnOf } from '../cloud/arn.ts';
import type { Deliver, RetryPolicy } from '../cloud/delivery.ts';
import { type GaveUp, tryUntilDelivered } from '../cloud/delivery.ts';
import type { Journal } from '../cloud/journal.ts';
import type { Work } from '../cloud/work.ts';
import { newGuid, type RandomSource } from '../random.ts';
import { recurrenceOf } from './schedule-expression.ts';

/** What a schedule calls. */
export interface ScheduleTarget {
  /** A queue, a function, a bus or a topic. */
  readonly arn: string;
  readonly roleArn: string;
  /** Text; `<aws.scheduler.…>` words are filled in. */
  readonly input?: string | undefined;
  readonly messageGroupId?: string | undefined;
  readonly retryPolicy?: RetryPolicy | undefined;
  readonly deadLetterArn?: string | undefined;
}

/** An EventBridge Scheduler schedule as infrastructure code defines it. */
export interface ScheduleDefinition {
  readonly arn: string;
  /** `rate(…)`, `cron(…)` or `at(…)`. */
  readonly expression: string;
  readonly timeZone?: string | undefined;
  readonly state?: 'ENABLED' | 'DISABLED' | undefined;
  /** Epoch milliseconds. */
  readonly start?: number | undefined;
  /** Epoch milliseconds. */
  readonly end?: number | undefined;
  /** Invokes at any moment within so many minutes; 0 is off. */
  readonly flexibleMinutes?: number | undefined;
  readonly target: ScheduleTarget;
}

export interface ScheduleSurroundings {
  readonly clock: AdvanceableClock;
  readonly random: RandomSource;
  readonly work: Work;
  readonly journal: Journal;
  readonly deliver: Deliver;
}

const SERVICE = 'scheduler.amazonaws.com';

/** A schedule at work: it calls its target whenever the clock gets to one of its times, moved or by itself. */
export class Schedule {
  readonly definition: ScheduleDefinition;
  private readonly around: ScheduleSurroundings;
  private readonly next: (after: number) => number | undefined;
  private cancel: (() => void) | undefined;

  /** Throws for an expression that cannot be read. */
  constructor(definition: ScheduleDefinition, surroundings: ScheduleSurroundings) {
    this.definition = definition;
    this.around = surroundings;
    const from = definition.start ?? surroundings.clock.now();
    this.next = recurrenceOf(definition.expression, { from, timeZone: definition.timeZone });
    arnOf(definition.target.arn);
  }

  /** Begins to count; calling it again does nothing. */
  start(): void {
    if (this.cancel || this.definition.state === 'DISABLED') return;
    this.arm(this.around.clock.now());
  }

  stop(): void {
    this.cancel?.();
    this.cancel = undefined;
  }

  /** Calls the target now, whatever the schedule says. Resolves after the first attempt. */
  fire(scheduledAt = this.around.clock.now()): Promise<void> {
    const { clock, work } = this.around;
    return work.track(
      tryUntilDelivered({
        clock,
        policy: this.definition.target.retryPolicy ?? {},
        attempt: (number) => work.track(this.attempt(scheduledAt, number)),
        gaveUp: (reason) => void work.track(this.bury(scheduledAt, reason)),
      }),
    );
  }

  private arm(after: number): void {
    const { clock, random } = this.around;
    const { start = 0, end = Number.POSITIVE_INFINITY, flexibleMinutes = 0 } = this.definition;
    const at = this.next(Math.max(after, start - 1));
    if (at === undefined || at > end) return;
    const flexible = flexibleMinutes === 0 ? 0 : random.integer(flexibleMinutes * 60_000);
    this.cancel = clock.at(at + flexible, () => {
      this.arm(at);
      void this.fire(at);
    });
  }

  private attempt(scheduledAt: number, number: number) {
    const { target, arn } = this.definition;
    return this.around.deliver({
      principal: {
        kind: 'role',
        roleArn: target.roleArn,
        service: SERVICE,
        sourceArn: arn,
        sourceAccount: arnOf(arn).account,
      },
      targetArn: target.arn,
      payload: this.inputFor(scheduledAt, number),
      groupId: target.messageGroupId,
    });
  }

  /** https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html */
  private inputFor(scheduledAt: number, attempt: number): string {
    const { target, arn } = this.definition;
    const words: Record<string, string> = {
      'schedule-arn': arn,
      'scheduled-time': new Date(scheduledAt).toISOString().replace('.000', ''),
      'execution-id': newGuid(this.around.random),
      'attempt-number': String(attempt),
    };
    return (target.input ?? '{}').replaceAll(
      /<aws\.scheduler\.([a-z-]+)>/g,
      (whole, word: string) => words[word] ?? whole,
    );
  }

  private async bury(scheduledAt: number, reason: GaveUp): Promise<void> {
    const { journal, deliver } = this.around;
    const { target, arn } = this.definition;
    const why = `${target.arn}: ${reason.code}: ${reason.message}`;
    if (target.deadLetterArn === undefined) return journal.note('dropped', arn, why);
    const outcome = await deliver({
      principal: {
        kind: 'role',
        roleArn: target.roleArn,
        service: SERVICE,
        sourceArn: arn,
        sourceAccount: arnOf(arn).account,
      },
      targetArn: target.deadLetterArn,
      payload: this.inputFor(scheduledAt, reason.retryAttempts + 1),
      attributes: {
        SCHEDULE_ARN: arn,
        TARGET_ARN: target.arn,
        ERROR_CODE: reason.code,
        ERROR_MESSAGE: reason.message,
        RETRY_ATTEMPTS: String(reason.retryAttempts),
        ...(reason.exhausted === undefined ? {} : { EXHAUSTED_RETRY_CONDITION: reason.exhausted }),
      },
    });
    if (outcome.kind === 'delivered') journal.note('deadLettered', arn, why);
    else journal.note('dropped', arn, `${why}; and its dead-letter queue: ${outcome.message}`);
  }
}
