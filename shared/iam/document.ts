import type { OperatorName } from './operators.ts';

/**
 * What a policy is attached to, which decides what it must and may hold: `identity` also stands for session
 * policies and permissions boundaries, `trust` for the trust policy of a role.
 */
export type PolicyKind = 'identity' | 'resource' | 'trust';

/** A policy document in one shape: every "string or list" is a list, every element is checked. */
export interface PolicyDocument {
  readonly kind: PolicyKind;
  /** How answers call this policy: an inline policy's name, a managed policy's ARN. */
  readonly name?: string;
  /** A document without a version is of 2008: it has no policy variables. */
  readonly version: '2012-10-17' | '2008-10-17';
  readonly statements: readonly Statement[];
}

export interface Statement {
  /** From 0, in the order of the document. */
  readonly index: number;
  readonly sid?: string;
  readonly effect: 'Allow' | 'Deny';
  /** Absent in identity policies. */
  readonly principals?: PrincipalElement;
  readonly actions: PatternElement;
  /** Absent in trust policies, and wherever a resource policy leaves it out: then every resource. */
  readonly resources?: PatternElement;
  readonly conditions: readonly Condition[];
}

/** `Action` or `NotAction`, `Resource` or `NotResource`. */
export interface PatternElement {
  readonly negated: boolean;
  readonly patterns: readonly string[];
}

/** `Principal` or `NotPrincipal`. */
export interface PrincipalElement {
  readonly negated: boolean;
  readonly names: readonly PrincipalName[];
}

export type PrincipalName =
  | { readonly type: 'everyone' }
  | { readonly type: 'account'; readonly account: string }
  /** A user, role, role session or federated user. */
  | { readonly type: 'arn'; readonly arn: string }
  /** What IAM shows in place of an ARN once the user or role has been deleted. */
  | { readonly type: 'uniqueId'; readonly id: string }
  | { readonly type: 'service'; readonly service: string }
  | { readonly type: 'federated'; readonly provider: string }
  | { readonly type: 'canonicalUser'; readonly id: string };

/** One key under one operator. */
export interface Condition {
  /** As written: `ForAnyValue:StringLikeIfExists`. */
  readonly operator: string;
  readonly base: OperatorName;
  readonly set?: 'all' | 'any';
  readonly ifExists: boolean;
  /** As written; keys are compared without regard to case. */
  readonly key: string;
  readonly values: readonly string[];
}

/** What is wrong with a document, in words that a program may branch on. */
export type PolicyProblemCode =
  | 'notJson'
  | 'duplicateKey'
  | 'wrongType'
  | 'unknownElement'
  | 'badVersion'
  | 'missingStatement'
  | 'badSid'
  | 'duplicateSid'
  | 'badEffect'
  | 'missingAction'
  | 'badAction'
  | 'missingPrincipal'
  | 'principalNotAllowed'
  | 'badPrincipal'
  | 'missingResource'
  | 'resourceNotAllowed'
  | 'badResource'
  | 'bothForms'
  | 'unknownOperator'
  | 'badConditionKey'
  | 'badConditionValue'
  | 'badVariable';

export interface PolicyProblem {
  readonly code: PolicyProblemCode;
  /** JSON path: `$.Statement[0].Condition.StringEquals["aws:SourceArn"]`. */
  readonly path: string;
  /** One sentence for a person. */
  readonly message: string;
}
