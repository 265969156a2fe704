import type { AdvanceableClock } from '../clock.ts';
import type { Principal } from './access.ts';

/** Something that one service hands to another. */
export interface Delivery {
  readonly principal: Principal;
  readonly targetArn: string;
  /** Text that the target gets; JSON for all targets but queues and topics, which take any. */
  readonly payload: string;
  /** For FIFO queues. */
  readonly groupId?: string | undefined;
  readonly deduplicationId?: string | undefined;
  /** String attributes of the message, for queues. */
  readonly attributes?: Readonly<Record<string, string>>;
}

/** How a delivery ended. */
export type DeliveryOutcome =
  | { readonly kind: 'delivered' }
  | {
      readonly kind: 'failed';
      /** Trying again may help: the target was throttled or broken, and not missing or forbidden. */
      readonly retryable: boolean;
      /** EventBridge's word for it: `NO_PERMISSIONS`, `NO_RESOURCE`, `THROTTLING` … */
      readonly code: string;
      readonly message: string;
    };

/** Carries out deliveries; never rejects. */
export type Deliver = (delivery: Delivery) => Promise<DeliveryOutcome>;

/** How long and how often to try. */
export interface RetryPolicy {
  /** 0 to 185. */
  readonly maximumRetryAttempts?: number | undefined;
  /** 60 to 86,400. */
  readonly maximumEventAgeSeconds?: number | undefined;
}

/** Why no further attempt is made. */
export interface GaveUp {
  readonly code: string;
  readonly message: string;
  readonly retryAttempts: number;
  /** Absent when trying again would not have helped. */
  readonly exhausted?: 'MaximumRetryAttempts' | 'MaximumEventAgeInSeconds';
}

export interface RetryOptions {
  readonly clock: AdvanceableClock;
  readonly policy: RetryPolicy;
  /** One attempt, the first being 1. Never rejects. */
  attempt(number: number): Promise<DeliveryOutcome>;
  gaveUp(reason: GaveUp): void;
}

const LONGEST_PAUSE_MS = 480_000;

/**
 * Tries until it works, with pauses that double up to eight minutes: AWS's 185 attempts fill its 24 hours that way.
 * Resolves after the first attempt; later ones are made when the clock gets there.
 *
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html
 */
export async function tryUntilDelivered(options: RetryOptions): Promise<void> {
  await attemptNumber(options, 0, options.clock.now());
}

async function attemptNumber(options: RetryOptions, retries: number, since: number): Promise<void> {
  const outcome = await options.attempt(retries + 1);
  if (outcome.kind === 'delivered') return;
  const { code, message } = outcome;
  const { clock, policy } = options;
  if (!outcome.retryable) return options.gaveUp({ code, message, retryAttempts: retries });
  if (retries >= (policy.maximumRetryAttempts ?? 185)) {
    return options.gaveUp({ code, message, retryAttempts: retries, exhausted: 'MaximumRetryAttempts' });
  }
  const next = clock.now() + Math.min(LONGEST_PAUSE_MS, 1000 * 2 ** retries);
  if (next - since > (policy.maximumEventAgeSeconds ?? 86_400) * 1000) {
    return options.gaveUp({ code, message, retryAttempts: retries, exhausted: 'MaximumEventAgeInSeconds' });
  }
  clock.at(next, () => void attemptNumber(options, retries + 1, since));
}
