import { matchResource } from './arn.ts';
import { type ConditionOutcome, type Doubt, evaluateCondition } from './conditions.ts';
import type { RequestContext } from './context.ts';
import type { Condition, PatternElement, PolicyDocument, Statement } from './document.ts';
import { type Caller, GRANTS, type Grant, matchPrincipals, type PrincipalMatch } from './principals.ts';
import { resolveTemplate } from './template.ts';
import { allOf, anyOf, not, type Ternary, ternary } from './ternary.ts';
import { matchTokens, type Token } from './wildcard.ts';

/** One request, as policies see it. */
export interface PolicyRequest {
  /** Not looked at by identity policies. */
  readonly caller: Caller;
  /** `sts:AssumeRole` */
  readonly action: string;
  /** The ARN asked for; left out for a request that is about no resource, which only `*` matches. */
  readonly resource?: string;
  readonly context: RequestContext;
}

/** What one statement has to do with a request. */
export interface StatementOutcome {
  readonly policy: PolicyDocument;
  readonly statement: Statement;
  readonly principal: Ternary;
  readonly action: Ternary;
  readonly resource: Ternary;
  readonly conditions: readonly (readonly [Condition, ConditionOutcome])[];
  /** Whether the statement applies as a whole. */
  readonly applies: Ternary;
  /** The same by each way in which the statement names the caller; empty for identity policies. */
  readonly appliesAs: PrincipalMatch;
  /** Why the resource or principal could not be decided. */
  readonly doubts: readonly Doubt[];
}

/** Evaluates one statement. A part that definitely does not match outweighs every unknown one. */
export function evaluateStatement(
  policy: PolicyDocument,
  statement: Statement,
  request: PolicyRequest,
): StatementOutcome {
  const doubts: Doubt[] = [];
  const variables = policy.version === '2012-10-17';
  const named = statement.principals && matchPrincipals(statement.principals, request.caller);
  const principal = named ? anyOf(Object.values(named)) : 'yes';
  if (principal === 'unknown') doubts.push(principalDoubt(statement));
  const action = matchAction(statement.actions, request.action);
  const resource = matchResources(statement.resources, request, variables, doubts);
  const conditions = statement.conditions.map(
    (condition) => [condition, evaluateCondition(condition, request.context, variables)] as const,
  );
  const rest = allOf([action, resource, ...conditions.map(([, outcome]) => outcome.holds)]);
  const appliesAs: Partial<Record<Grant, Ternary>> = {};
  for (const grant of GRANTS) {
    const match = named?.[grant];
    if (match !== undefined) appliesAs[grant] = allOf([match, rest]);
  }
  const applies = allOf([principal, rest]);
  return { policy, statement, principal, action, resource, conditions, applies, appliesAs, doubts };
}

/** A `Principal` is in doubt only over the session's name, which is a part of `aws:userid`. */
function principalDoubt(statement: Statement): Doubt {
  return statement.principals?.negated
    ? { why: 'undocumented', key: 'aws:PrincipalArn' }
    : { why: 'unknownKey', key: 'aws:userid' };
}

function matchAction(element: PatternElement, action: string): Ternary {
  const listed = element.patterns.some((pattern) =>
    matchTokens(wildcards(pattern.toLowerCase()), action.toLowerCase()),
  );
  return ternary(listed !== element.negated);
}

const NO_CONTEXT: RequestContext = { lookup: () => ({ state: 'absent' }) };

function wildcards(pattern: string): readonly Token[] {
  const resolved = resolveTemplate(pattern, { wildcards: true, variables: false }, NO_CONTEXT);
  return resolved.kind === 'tokens' ? resolved.tokens : [];
}

function matchResources(
  element: PatternElement | undefined,
  request: PolicyRequest,
  variables: boolean,
  doubts: Doubt[],
): Ternary {
  if (!element) return 'yes';
  const listed = anyOf(
    element.patterns.map((pattern) => {
      const resolved = resolveTemplate(pattern, { wildcards: true, variables }, request.context);
      if (resolved.kind === 'tokens') return ternary(matchResource(resolved.tokens, request.resource ?? '*'));
      // As with conditions: a positive match fails, and what a negated one does is not documented.
      if (resolved.kind === 'unresolved' && !element.negated) return 'no';
      if (resolved.kind === 'unknown') doubts.push({ why: 'unknownKey', key: resolved.key });
      else doubts.push({ why: 'undocumented', key: resolved.key });
      return 'unknown';
    }),
  );
  return element.negated ? not(listed) : listed;
}
