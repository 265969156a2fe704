import type { Caller } from '../caller.ts';

/** Who wants something of a service of the cloud. */
export type Principal =
  /** Somebody who signed a request. */
  | { readonly kind: 'caller'; readonly caller: Caller }
  /** An AWS service in its own name: `events.amazonaws.com` delivering to a queue. */
  | {
      readonly kind: 'service';
      readonly service: string;
      /** What it acts for: a rule, a topic. */
      readonly sourceArn?: string;
      readonly sourceAccount?: string;
    }
  /** An AWS service by a role that it was given: a rule's target role, a function's role reading its queue. */
  | {
      readonly kind: 'role';
      readonly roleArn: string;
      readonly service: string;
      /** What the service assumes the role for: the trust policy may look at it. */
      readonly sourceArn?: string;
      readonly sourceAccount?: string;
    };

/** One question to the front door: may this principal do this to this resource? */
export interface AccessQuestion {
  readonly principal: Principal;
  /** `sqs:SendMessage` */
  readonly action: string;
  readonly resource: string;
  /** Where the resource is. */
  readonly account: string;
  readonly region: string;
  /** JSON: the resource's own policy, where it has one. */
  readonly resourcePolicy?: string | undefined;
  /** Condition keys that only the service knows: `events:source`, `dynamodb:LeadingKeys`. */
  readonly context?: Readonly<Record<string, string | readonly string[]>>;
}

/** What the front door says. */
export type AccessAnswer =
  | { readonly kind: 'allowed' }
  /** `reason` is the whole sentence that AWS would send, or what follows its first one. */
  | { readonly kind: 'denied'; readonly reason: string };

/** Decides on every call and every delivery. It never throws. */
export type Authorize = (question: AccessQuestion) => AccessAnswer;

/** For a cloud in which nobody has put up a front door. */
export const allowEverything: Authorize = () => ({ kind: 'allowed' });
