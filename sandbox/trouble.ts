import type { AwsError } from './aws-error.ts';
import type { Call } from './operation.ts';
import { isAmong, type SwitchBoard } from './switches.ts';
import { TokenBuckets } from './token-buckets.ts';
import type { ServiceErrors } from './wire/protocol.ts';

/** The call that trouble may befall. */
export interface TroubledCall {
  readonly call: Call;
  readonly service: string;
  readonly operationName: string;
  readonly mutating: boolean;
  readonly errors: ServiceErrors;
}

/**
 * Everything that the switches make go wrong with a call, apart from stale reads and IAM's lag, which are in the
 * data. Whatever is counted is counted from the moment the switches were last set.
 */
export class Trouble {
  private readonly board: SwitchBoard;
  private readonly buckets = new TokenBuckets();
  private generation = -1;
  private mutations = 0;
  private pages = 0;

  constructor(board: SwitchBoard) {
    this.board = board;
  }

  /** Refuses a call before it is even read: the service is down, or the caller calls too often. */
  beforeReading(subject: TroubledCall): AwsError | undefined {
    this.startAgainIfSet();
    if (this.isUnavailable(subject)) return subject.errors.unavailable();
    return this.isThrottled(subject) ? subject.errors.throttled() : undefined;
  }

  /** Refuses a call whose input is known. */
  beforeRunning(subject: TroubledCall, resource: string): AwsError | undefined {
    if (this.isDenied(subject)) return subject.errors.denied(denialOf(subject, resource));
    return this.isFailingPage(subject) ? subject.errors.internal('Internal server error') : undefined;
  }

  /** Whether the answer to a call that was carried out gets lost. */
  losesAnswer({ service, operationName, mutating }: TroubledCall): boolean {
    const { loseAnswers } = this.board.get();
    if (!loseAnswers || !mutating || !concerns(loseAnswers.actions, service, operationName)) return false;
    const number = ++this.mutations;
    const { every, next = 0, skip = 0 } = loseAnswers;
    return (every !== undefined && number % every === 0) || (number > skip && number <= skip + next);
  }

  private startAgainIfSet(): void {
    if (this.generation === this.board.generation()) return;
    this.generation = this.board.generation();
    this.buckets.clear();
    this.mutations = 0;
    this.pages = 0;
  }

  private isUnavailable({ call, service }: TroubledCall): boolean {
    return this.board
      .get()
      .unavailable.some(
        (place) =>
          (place.account ?? call.account) === call.account &&
          (place.region ?? call.region) === call.region &&
          (place.service ?? service) === service,
      );
  }

  private isThrottled({ call, service, operationName, mutating }: TroubledCall): boolean {
    const { throttle } = this.board.get();
    if (!throttle || !concerns(throttle.actions, service, operationName)) return false;
    const bucket = `${call.account} ${call.region} ${service} ${mutating ? 'writes' : 'reads'}`;
    const burst = throttle.burst ?? Math.max(1, throttle.ratePerSecond);
    return !this.buckets.take(bucket, throttle.ratePerSecond, burst, call.now);
  }

  private isDenied({ call, service, operationName }: TroubledCall): boolean {
    return this.board
      .get()
      .deny.some(
        ({ account, actions }) =>
          (account ?? call.account) === call.account && isAmong(actions, service, operationName),
      );
  }

  private isFailingPage({ service, operationName }: TroubledCall): boolean {
    const { failPages } = this.board.get();
    if (!failPages || !operationName.startsWith('List') || operationName === 'ListTagsForResource')
      return false;
    if (!concerns(failPages.actions, service, operationName)) return false;
    const number = ++this.pages;
    const { next, skip = 0 } = failPages;
    return number > skip && number <= skip + next;
  }
}

function concerns(actions: readonly string[] | undefined, service: string, operationName: string): boolean {
  return actions === undefined || isAmong(actions, service, operationName);
}

/** AWS's wording (facts §1.4). */
function denialOf({ call, service, operationName }: TroubledCall, resource: string): string {
  return `User: ${call.caller.arn} is not authorized to perform: ${service}:${operationName} on resource: ${resource}`;
}
