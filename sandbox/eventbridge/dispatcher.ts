import type { AdvanceableClock } from '../clock.ts';
import { metricPlaceOf } from '../cloud/arn.ts';
import type { Chaos } from '../cloud/chaos.ts';
import type { Deliver, Delivery, DeliveryOutcome, GaveUp } from '../cloud/delivery.ts';
import { tryUntilDelivered } from '../cloud/delivery.ts';
import type { Journal } from '../cloud/journal.ts';
import type { Work } from '../cloud/work.ts';
import type { MetricStore } from '../logs/metric-store.ts';
import type { Dispatch, EventBus } from './bus.ts';
import { targetInput } from './target-input.ts';

/** What the dispatcher needs of its surroundings. */
export interface DispatcherSurroundings {
  readonly clock: AdvanceableClock;
  readonly chaos: Chaos;
  readonly journal: Journal;
  readonly metrics: MetricStore;
  readonly work: Work;
  readonly deliver: Deliver;
  /** Takes an event to another bus; the front door has its say. */
  forward(dispatch: Dispatch): DeliveryOutcome;
}

const SERVICE = 'events.amazonaws.com';

/** Brings events from rules to targets: retries, dead letters, and chaos on the way. */
export class Dispatcher {
  private readonly around: DispatcherSurroundings;

  constructor(surroundings: DispatcherSurroundings) {
    this.around = surroundings;
  }

  /** Sends an event on its way. Never throws; what becomes of it is in metrics and journal. */
  send(dispatch: Dispatch): void {
    const { rule, event, target } = dispatch;
    this.count(dispatch, 'MatchedEvents');
    if (target.arn.split(':')[2] === 'events' && dispatch.forwarded) {
      this.around.journal.note(
        'dropped',
        rule.arn,
        `event ${event.id} came from another bus and goes to no third one`,
      );
      return;
    }
    this.around.chaos.pass('targets', rule.arn, () => void this.around.work.track(this.tryAll(dispatch)));
  }

  private tryAll(dispatch: Dispatch): Promise<void> {
    return tryUntilDelivered({
      clock: this.around.clock,
      policy: dispatch.target.retryPolicy ?? {},
      attempt: () => this.around.work.track(this.attempt(dispatch)),
      gaveUp: (reason) => void this.around.work.track(this.bury(dispatch, reason)),
    });
  }

  private async attempt(dispatch: Dispatch): Promise<DeliveryOutcome> {
    this.count(dispatch, 'Invocations');
    const outcome = isBus(dispatch) ? this.around.forward(dispatch) : await this.deliverTo(dispatch);
    if (outcome.kind === 'failed') this.count(dispatch, 'FailedInvocations');
    return outcome;
  }

  private async deliverTo(dispatch: Dispatch): Promise<DeliveryOutcome> {
    const { bus, rule, target, event } = dispatch;
    const at = target.arn.split(':');
    if (at[3] !== bus.place.region) {
      return refused(
        'SDK_CLIENT_ERROR',
        `${target.arn} is not in the region of the rule, ${bus.place.region}.`,
      );
    }
    let payload: string;
    try {
      payload = targetInput(target, rule, event, this.around.clock.now());
    } catch (error) {
      return refused('SDK_CLIENT_ERROR', error instanceof Error ? error.message : String(error));
    }
    return this.around.deliver({
      principal: principalOf(dispatch),
      targetArn: target.arn,
      payload,
      groupId: target.messageGroupId,
    });
  }

  /** To the target's dead-letter queue, with the attributes that EventBridge puts on. */
  private async bury(dispatch: Dispatch, reason: GaveUp): Promise<void> {
    const { rule, target, event } = dispatch;
    const { journal, deliver } = this.around;
    const why = `event ${event.id} for ${target.arn}: ${reason.code}: ${reason.message}`;
    if (target.deadLetterArn === undefined) return journal.note('dropped', rule.arn, why);
    const letter: Delivery = {
      principal: {
        kind: 'service',
        service: SERVICE,
        sourceArn: rule.arn,
        sourceAccount: dispatch.bus.place.account,
      },
      targetArn: target.deadLetterArn,
      payload: JSON.stringify(event),
      attributes: {
        RULE_ARN: rule.arn,
        TARGET_ARN: target.arn,
        ERROR_CODE: reason.code,
        ERROR_MESSAGE: reason.message,
        RETRY_ATTEMPTS: String(reason.retryAttempts),
        ...(reason.exhausted === undefined ? {} : { EXHAUSTED_RETRY_CONDITION: reason.exhausted }),
      },
    };
    const outcome = await deliver(letter);
    if (outcome.kind === 'delivered') {
      this.count(dispatch, 'InvocationsSentToDlq');
      journal.note('deadLettered', rule.arn, why);
    } else {
      this.count(dispatch, 'InvocationsFailedToBeSentToDlq');
      journal.note('dropped', rule.arn, `${why}; and its dead-letter queue: ${outcome.message}`);
    }
  }

  private count({ rule, bus }: Dispatch, name: string): void {
    const dimensions: Record<string, string> =
      bus.name === 'default' ? { RuleName: rule.name } : { EventBusName: bus.name, RuleName: rule.name };
    this.around.metrics.put({
      namespace: 'AWS/Events',
      name,
      dimensions,
      place: metricPlaceOf(bus.place),
      value: 1,
      at: this.around.clock.now(),
      unit: 'Count',
    });
  }
}

/** EventBridge in the name of a rule: by the target's role, or as the service. */
export function principalOf({
  bus,
  rule,
  target,
}: { bus: EventBus } & Pick<Dispatch, 'rule' | 'target'>): Delivery['principal'] {
  const source = { service: SERVICE, sourceArn: rule.arn, sourceAccount: bus.place.account };
  return target.roleArn === undefined
    ? { kind: 'service', ...source }
    : { kind: 'role', roleArn: target.roleArn, ...source };
}

function isBus({ target }: Dispatch): boolean {
  return target.arn.split(':')[2] === 'events';
}

function refused(code: string, message: string): DeliveryOutcome {
  return { kind: 'failed', retryable: false, code, message };
}
