import type { RequestContext } from './context.ts';
import type { PolicyProblem } from './document.ts';
import { type Answer, evaluate } from './evaluate.ts';
import { parsePolicy } from './parse-policy.ts';
import type { Caller } from './principals.ts';

/** Who wants to do what to a role, all of it at once. */
export interface TrustRequest {
  readonly caller: Caller;
  /** Every one must be admitted, each possibly by another statement. */
  readonly actions: readonly string[];
  /** The context, or one for each action where the actions of a request do not see the same keys. */
  readonly context: RequestContext | ((action: string) => RequestContext);
}

/** What the trust policy says to one action. */
export interface ActionAnswer {
  readonly action: string;
  readonly answer: Answer;
}

/** What a trust policy says to a request as a whole. */
export type TrustAnswer =
  | { readonly answer: 'malformed'; readonly problems: readonly PolicyProblem[] }
  | {
      readonly answer: 'admits';
      readonly actions: readonly ActionAnswer[];
      /** The policy only names the caller's account: the caller's own identity policies must allow it as well. */
      readonly viaAccount: boolean;
    }
  | { readonly answer: 'denies'; readonly actions: readonly ActionAnswer[] }
  | {
      readonly answer: 'unknown';
      readonly actions: readonly ActionAnswer[];
      /** The keys that would have to be known, each once. */
      readonly keys: readonly string[];
    };

/**
 * Whether a role's trust policy admits a caller for all the actions.
 *
 * @example
 * evaluateTrustPolicy(role.trustPolicy, {
 *   caller: { kind: 'service', service: 'pods.eks.amazonaws.com' },
 *   actions: ['sts:AssumeRole', 'sts:TagSession'],
 *   context: requestContext({ known: { 'aws:SourceAccount': '111122223333' }, otherwise: 'unknown' }),
 * });
 */
export function evaluateTrustPolicy(trustPolicyText: string, request: TrustRequest): TrustAnswer {
  const parsed = parsePolicy(trustPolicyText, 'trust');
  if (parsed.kind === 'malformed') return { answer: 'malformed', problems: parsed.problems };
  const { caller, context } = request;
  const actions = request.actions.map((action) => ({
    action,
    answer: evaluate([parsed.document], {
      caller,
      action,
      context: typeof context === 'function' ? context(action) : context,
    }),
  }));
  return combine(actions);
}

/** One refusal refuses the whole; one doubt leaves it in doubt. */
function combine(actions: readonly ActionAnswer[]): TrustAnswer {
  const answers = actions.map(({ answer }) => answer);
  if (answers.some(({ answer }) => answer === 'denies')) return { answer: 'denies', actions };
  const keys = answers.flatMap((answer) => (answer.answer === 'unknown' ? answer.keys : []));
  if (answers.some(({ answer }) => answer === 'unknown')) {
    return { answer: 'unknown', actions, keys: [...new Set(keys)] };
  }
  const viaAccount = answers.some((answer) => answer.answer === 'admits' && answer.grant === 'account');
  return { answer: 'admits', actions, viaAccount };
}
