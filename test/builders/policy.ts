import { type KeyState, requestContext } from '#shared/iam/context.ts';
import type { PolicyDocument, PolicyKind } from '#shared/iam/document.ts';
import { type Answer, evaluate } from '#shared/iam/evaluate.ts';
import { parsePolicy } from '#shared/iam/parse-policy.ts';
import type { Caller } from '#shared/iam/principals.ts';

type JsonLike = Readonly<Record<string, unknown>>;

/** The text of a policy with one statement that allows everything, but for what is given. `null`: no version. */
export function policyText(statement: JsonLike = {}, version: string | null = '2012-10-17'): string {
  const actions = 'NotAction' in statement ? {} : { Action: '*' };
  const resources = 'NotResource' in statement ? {} : { Resource: '*' };
  return JSON.stringify({
    ...(version !== null && { Version: version }),
    Statement: [{ Effect: 'Allow', ...actions, ...resources, ...statement }],
  });
}

/** A trust policy of these statements; each allows Pod Identity both actions, but for what is given. */
export function trustPolicyText(...statements: readonly object[]): string {
  const complete = statements.map((statement) => ({
    Effect: 'Allow',
    ...('NotPrincipal' in statement ? {} : { Principal: { Service: 'pods.eks.amazonaws.com' } }),
    Action: ['sts:AssumeRole', 'sts:TagSession'],
    ...statement,
  }));
  return JSON.stringify({ Version: '2012-10-17', Statement: complete });
}

/** A document that is known to be readable. */
export function aPolicy(text: string, kind: PolicyKind = 'identity', name?: string): PolicyDocument {
  const parsed = parsePolicy(text, kind, name);
  if (parsed.kind === 'document') return parsed.document;
  throw new Error(`the test's policy is malformed: ${JSON.stringify(parsed.problems)}`);
}

export const A_USER: Caller = { kind: 'user', arn: 'arn:aws:iam::111122223333:user/ada' };

/** What is known of the keys of a request; a key that is not named is absent. */
export type Keys = Readonly<Record<string, string | readonly string[] | 'ABSENT' | 'UNKNOWN'>>;

/** The context in which these keys hold: `ABSENT` and `UNKNOWN` stand for themselves. */
export function aContext(keys: Keys, otherwise: Exclude<KeyState['state'], 'known'> = 'absent') {
  const entries = Object.entries(keys);
  return requestContext({
    known: Object.fromEntries(entries.filter(([, value]) => value !== 'ABSENT' && value !== 'UNKNOWN')),
    absent: entries.filter(([, value]) => value === 'ABSENT').map(([key]) => key),
    unknown: entries.filter(([, value]) => value === 'UNKNOWN').map(([key]) => key),
    otherwise,
  });
}

/** What an Allow of everything under this condition answers to a request with these keys. */
export function answerUnder(
  condition: JsonLike,
  keys: Keys,
  version: string | null = '2012-10-17',
): Answer['answer'] {
  const policy = aPolicy(policyText({ Condition: condition }, version));
  return evaluate([policy], { caller: A_USER, action: 's3:GetObject', context: aContext(keys) }).answer;
}
