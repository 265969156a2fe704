import { parseDocument } from 'yaml';
import { isNestedTooDeep, MAX_NESTING } from './nesting.ts';

/** STS's limit on an inline session policy, which EKS passes on (facts §4.4). */
const MAX_SESSION_POLICY = 2048;

/** A session policy as a manifest may write it: an object, or JSON text. */
export type WrittenPolicy = string | Readonly<Record<string, unknown>>;

export type SessionPolicyReading =
  /** The text that is sent to EKS. */
  | { readonly kind: 'policy'; readonly text: string }
  | {
      readonly kind: 'faulty';
      readonly rule: 'policy.document' | 'policy.length';
      /** Where in the document, when it was written as an object. */
      readonly path: readonly (string | number)[];
      readonly message: string;
    };

/**
 * Reads and minifies a session policy. The order of its fields stays as written; whether two policies mean the same
 * is not decided on their text.
 */
export function readSessionPolicy(written: WrittenPolicy): SessionPolicyReading {
  const document =
    typeof written === 'string' ? parseJson(written) : { kind: 'json' as const, value: written };
  if (document.kind === 'faulty') return faulty(document.message);
  const fault = faultInPolicy(document.value);
  if (fault) {
    // Inside JSON text there is no place to point to but the text.
    return typeof written === 'string' ? faulty(fault.message) : faulty(fault.message, fault.path);
  }
  const text = JSON.stringify(document.value);
  if (text.length > MAX_SESSION_POLICY) {
    const message = `the session policy has ${count(text.length)} characters once minified, and STS takes ${count(MAX_SESSION_POLICY)}: shorten it, or move what is common into the role's own policies`;
    return { kind: 'faulty', rule: 'policy.length', path: [], message };
  }
  return { kind: 'policy', text };
}

function faulty(message: string, path: readonly (string | number)[] = []): SessionPolicyReading {
  return { kind: 'faulty', rule: 'policy.document', path, message };
}

function count(characters: number): string {
  return characters.toLocaleString('en-US');
}

function parseJson(
  text: string,
):
  | { readonly kind: 'json'; readonly value: unknown }
  | { readonly kind: 'faulty'; readonly message: string } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    return {
      kind: 'faulty',
      message: `the policy text is no JSON (${reason}): write it as a YAML object, or mend the JSON`,
    };
  }
  if (isNestedTooDeep(value)) {
    return { kind: 'faulty', message: `the policy text is nested more than ${MAX_NESTING} levels deep` };
  }
  // JSON.parse lets the last of two equal keys win; IAM refuses them. JSON is YAML, which refuses them too.
  const [twice] = parseDocument(text, { prettyErrors: false }).errors.filter(
    ({ code }) => code === 'DUPLICATE_KEY',
  );
  if (twice) {
    return {
      kind: 'faulty',
      message: 'the policy text has the same field twice in one object: keep one of them',
    };
  }
  return { kind: 'json', value };
}

interface PolicyFault {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

const POLICY_FIELDS = ['Version', 'Id', 'Statement'];
const STATEMENT_FIELDS = ['Sid', 'Effect', 'Action', 'NotAction', 'Resource', 'NotResource', 'Condition'];

/** The first thing that keeps the document from being a session policy. */
function faultInPolicy(policy: unknown): PolicyFault | undefined {
  if (!isObject(policy))
    return { path: [], message: 'a session policy is an object with Version and Statement' };
  const unknown = Object.keys(policy).find((field) => !POLICY_FIELDS.includes(field));
  if (unknown !== undefined) {
    return {
      path: [unknown],
      message: `a policy has no field ${unknown}: its fields are Version, Id and Statement`,
    };
  }
  const { Version: version, Statement: statement } = policy as { Version?: unknown; Statement?: unknown };
  if (version !== undefined && version !== '2012-10-17' && version !== '2008-10-17') {
    return { path: ['Version'], message: 'the Version of a policy is "2012-10-17"' };
  }
  if (statement === undefined) return { path: [], message: 'a policy needs a Statement' };
  const statements: readonly unknown[] = Array.isArray(statement) ? statement : [statement];
  if (statements.length === 0)
    return { path: ['Statement'], message: 'a policy needs at least one statement' };
  for (const [index, one] of statements.entries()) {
    const fault = faultInStatement(one);
    const base = Array.isArray(statement) ? ['Statement', index] : ['Statement'];
    if (fault) return { path: [...base, ...fault.path], message: fault.message };
  }
  const strange = /[^\t\n\r\u0020-\u00ff]/u.exec(JSON.stringify(policy))?.[0];
  if (strange === undefined) return undefined;
  return {
    path: [],
    message: `STS takes no ${JSON.stringify(strange)} in a policy: only characters up to U+00FF`,
  };
}

function faultInStatement(statement: unknown): PolicyFault | undefined {
  if (!isObject(statement))
    return { path: [], message: 'a statement is an object with Effect, Action and Resource' };
  const fields = Object.keys(statement);
  const unknown = fields.find((field) => !STATEMENT_FIELDS.includes(field));
  if (unknown === 'Principal' || unknown === 'NotPrincipal') {
    return {
      path: [unknown],
      message: `a session policy has no ${unknown}: it applies to the pod's session`,
    };
  }
  if (unknown !== undefined) {
    return {
      path: [unknown],
      message: `a statement has no field ${unknown}: its fields are ${STATEMENT_FIELDS.join(', ')}`,
    };
  }
  const { Effect: effect, Condition: condition } = statement as { Effect?: unknown; Condition?: unknown };
  if (effect !== 'Allow' && effect !== 'Deny') {
    return {
      path: fields.includes('Effect') ? ['Effect'] : [],
      message: 'the Effect of a statement is Allow or Deny',
    };
  }
  if (condition !== undefined && !isObject(condition)) {
    return { path: ['Condition'], message: 'a Condition is an object of operators' };
  }
  return faultInPair(statement, 'Action', 'NotAction') ?? faultInPair(statement, 'Resource', 'NotResource');
}

/** Exactly one of the two, as text or a list of texts. */
function faultInPair(
  statement: Readonly<Record<string, unknown>>,
  positive: string,
  negative: string,
): PolicyFault | undefined {
  const given = [positive, negative].filter((field) => Object.hasOwn(statement, field));
  const [field] = given;
  if (field === undefined || given.length > 1) {
    return { path: [], message: `a statement has either ${positive} or ${negative}` };
  }
  const value = statement[field];
  const texts: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (texts.length > 0 && texts.every((text) => typeof text === 'string' && text !== '')) return undefined;
  return { path: [field], message: `${field} is text or a list of texts, and not empty` };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
