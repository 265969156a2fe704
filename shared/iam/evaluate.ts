import type { Doubt } from './conditions.ts';
import type { Condition, PolicyDocument } from './document.ts';
import { GRANTS, type Grant } from './principals.ts';
import { evaluateStatement, type PolicyRequest, type StatementOutcome } from './statements.ts';
import { anyOf, type Ternary } from './ternary.ts';

/** Which statement: of the policy of that name, when several were asked. */
export interface StatementRef {
  readonly policy?: string;
  /** From 0, in the order of the document. */
  readonly index: number;
  readonly sid?: string;
}

/** Which condition of a statement; both as written in the policy. */
export interface ConditionRef {
  readonly operator: string;
  readonly key: string;
}

/** A statement that decided, with the conditions that held for it. */
export interface DecidingStatement extends StatementRef {
  readonly conditions: readonly ConditionRef[];
}

/** Why one Allow statement did not apply: the first of its parts that did not match. */
export type NearMiss =
  | { readonly statement: StatementRef; readonly missed: 'principal' | 'action' | 'resource' }
  | {
      readonly statement: StatementRef;
      readonly missed: 'condition';
      readonly condition: ConditionRef;
      /** What the policy wants. */
      readonly wanted: readonly string[];
      /** What the request has; left out when it has no such key. */
      readonly given?: readonly string[];
    };

/** A statement that would decide, were its doubts settled. */
export interface OpenStatement {
  readonly statement: StatementRef;
  readonly effect: 'Allow' | 'Deny';
  /** The conditions that could not be decided. */
  readonly conditions: readonly ConditionRef[];
  readonly doubts: readonly Doubt[];
}

/** What policies say to a request. */
export type Answer =
  | {
      readonly answer: 'admits';
      readonly by: DecidingStatement;
      /** How the statement names the caller; left out for identity policies. `account`: identity policies must allow it, too. */
      readonly grant?: Grant;
    }
  | { readonly answer: 'denies'; readonly kind: 'explicit'; readonly by: DecidingStatement }
  | { readonly answer: 'denies'; readonly kind: 'implicit'; readonly nearMisses: readonly NearMiss[] }
  | {
      readonly answer: 'unknown';
      readonly open: readonly OpenStatement[];
      /** The keys that would have to be known, each once. */
      readonly keys: readonly string[];
    };

/** What a set of policies says, before it is combined with other sets. */
export interface Weighing {
  readonly denied: Ternary;
  readonly allowed: Ternary;
  /** `allowed` by each way in which statements name the caller; empty for identity policies. */
  readonly allowedAs: Readonly<Partial<Record<Grant, Ternary>>>;
  readonly outcomes: readonly StatementOutcome[];
}

/**
 * Evaluates policies of one kind together, as AWS does with all the policies of an identity: an explicit deny
 * beats every allow, and what nothing allows is denied.
 *
 * A deny that might apply makes the answer unknown, unless nothing could allow the request anyway.
 */
export function evaluate(policies: readonly PolicyDocument[], request: PolicyRequest): Answer {
  return answerOf(weigh(policies, request), request);
}

/** Evaluates every statement; for combining with other sets of policies. */
export function weigh(policies: readonly PolicyDocument[], request: PolicyRequest): Weighing {
  const outcomes = policies.flatMap((policy) =>
    policy.statements.map((statement) => evaluateStatement(policy, statement, request)),
  );
  const allows = outcomes.filter(({ statement }) => statement.effect === 'Allow');
  const denies = outcomes.filter(({ statement }) => statement.effect === 'Deny');
  const allowedAs: Partial<Record<Grant, Ternary>> = {};
  for (const grant of GRANTS) {
    const applies = allows.map(({ appliesAs }) => appliesAs[grant]).filter((value) => value !== undefined);
    if (applies.length > 0) allowedAs[grant] = anyOf(applies);
  }
  return {
    denied: anyOf(denies.map(({ applies }) => applies)),
    allowed: anyOf(allows.map(({ applies }) => applies)),
    allowedAs,
    outcomes,
  };
}

/** The answer that a weighing amounts to. */
export function answerOf(weighing: Weighing, request: PolicyRequest): Answer {
  const { denied, allowed, outcomes } = weighing;
  const deny = outcomes.find(({ statement, applies }) => statement.effect === 'Deny' && applies === 'yes');
  if (deny) return { answer: 'denies', kind: 'explicit', by: decidingStatement(deny) };
  if (allowed === 'no')
    return { answer: 'denies', kind: 'implicit', nearMisses: nearMisses(outcomes, request) };
  if (allowed === 'unknown' || denied === 'unknown') return unknownAnswer(outcomes);
  return admission(outcomes);
}

function admission(outcomes: readonly StatementOutcome[]): Answer {
  const allows = outcomes.filter(
    ({ statement, applies }) => statement.effect === 'Allow' && applies === 'yes',
  );
  for (const grant of GRANTS) {
    const by = allows.find(({ appliesAs }) => appliesAs[grant] === 'yes');
    if (by) return { answer: 'admits', by: decidingStatement(by), grant };
  }
  const [by] = allows;
  if (!by) throw new Error('a weighing that is allowed has a statement that allows it');
  return { answer: 'admits', by: decidingStatement(by) };
}

function unknownAnswer(outcomes: readonly StatementOutcome[]): Answer {
  const open = outcomes.filter(({ applies }) => applies === 'unknown').map(openStatement);
  const keys = open.flatMap(({ doubts }) => doubts.map(({ key }) => key));
  return { answer: 'unknown', open, keys: [...new Set(keys)] };
}

function openStatement(outcome: StatementOutcome): OpenStatement {
  const undecided = outcome.conditions.filter(([, { holds }]) => holds === 'unknown');
  return {
    statement: statementRef(outcome),
    effect: outcome.statement.effect,
    conditions: undecided.map(([condition]) => conditionRef(condition)),
    doubts: [...outcome.doubts, ...undecided.flatMap(([, { doubts }]) => doubts)],
  };
}

function nearMisses(outcomes: readonly StatementOutcome[], request: PolicyRequest): NearMiss[] {
  return outcomes
    .filter(({ statement, applies }) => statement.effect === 'Allow' && applies === 'no')
    .map((outcome) => nearMiss(outcome, request));
}

function nearMiss(outcome: StatementOutcome, request: PolicyRequest): NearMiss {
  const statement = statementRef(outcome);
  if (outcome.principal === 'no') return { statement, missed: 'principal' };
  if (outcome.action === 'no') return { statement, missed: 'action' };
  if (outcome.resource === 'no') return { statement, missed: 'resource' };
  const failed = outcome.conditions.find(([, { holds }]) => holds === 'no')?.[0];
  if (!failed) throw new Error('a statement that does not apply has a part that does not match');
  const state = request.context.lookup(failed.key);
  return {
    statement,
    missed: 'condition',
    condition: conditionRef(failed),
    wanted: failed.values,
    ...(state.state === 'known' && { given: state.values }),
  };
}

function decidingStatement(outcome: StatementOutcome): DecidingStatement {
  return {
    ...statementRef(outcome),
    conditions: outcome.conditions.map(([condition]) => conditionRef(condition)),
  };
}

function statementRef({ policy, statement }: StatementOutcome): StatementRef {
  return {
    index: statement.index,
    ...(policy.name !== undefined && { policy: policy.name }),
    ...(statement.sid !== undefined && { sid: statement.sid }),
  };
}

function conditionRef({ operator, key }: Condition): ConditionRef {
  return { operator, key };
}
