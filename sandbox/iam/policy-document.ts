import type { PolicyDocument, PolicyProblem, PolicyProblemCode } from '#shared/iam/document.ts';
import { isJsonObject, type JsonValue, readJson } from '#shared/iam/json-text.ts';
import { parsePolicy } from '#shared/iam/parse-policy.ts';
import { limitExceeded, malformedPolicy } from './iam-errors.ts';

const SYNTAX = 'Syntax errors in policy.';
const VENDOR = 'Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.';

/** How IAM words each problem; most it only calls syntax errors. */
const WORDING: Readonly<Record<PolicyProblemCode, string>> = {
  notJson: 'This policy contains invalid Json',
  duplicateKey: SYNTAX,
  wrongType: SYNTAX,
  unknownElement: SYNTAX,
  badVersion: 'Policy document must be version 2012-10-17 or greater.',
  missingStatement: SYNTAX,
  badSid:
    'Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*',
  duplicateSid: 'Statement IDs (SID) in a single policy must be unique.',
  badEffect: 'Missing required field Effect',
  missingAction: 'Policy statement must contain actions.',
  badAction: VENDOR,
  missingPrincipal: 'Missing required field Principal',
  principalNotAllowed: 'Policy document should not specify a principal.',
  badPrincipal: 'Invalid principal in policy',
  missingResource: 'Policy statement must contain resources.',
  resourceNotAllowed: 'Has prohibited field Resource',
  badResource: 'Resource must be in ARN format or "*".',
  bothForms: SYNTAX,
  unknownOperator: SYNTAX,
  badConditionKey: VENDOR,
  badConditionValue: SYNTAX,
  badVariable: SYNTAX,
};

/** Reads a document that IAM would store; refuses any other in IAM's words, naming its first problem as IAM does. */
export function checkPolicyDocument(text: string, kind: 'identity' | 'trust'): PolicyDocument {
  const parsed = parsePolicy(text, kind);
  if (parsed.kind === 'malformed') {
    const [first] = parsed.problems;
    throw malformedPolicy(first ? wordingOf(first, text) : SYNTAX);
  }
  const { document } = parsed;
  if (document.statements.length === 0) throw malformedPolicy(SYNTAX);
  if (kind === 'trust') checkTrustActions(document);
  return document;
}

/** IAM's sizes do not count white space (facts §9.2). */
export function documentSize(text: string): number {
  return text.replace(/\s/g, '').length;
}

/** Refuses a document that is longer than the quota of that name. */
export function checkDocumentSize(text: string, quota: string, most: number): void {
  if (documentSize(text) > most) throw limitExceeded(`Cannot exceed quota for ${quota}: ${most}`);
}

/** How IAM shows documents: percent-encoded by RFC 3986, which encodes more than `encodeURIComponent` does. */
export function encodeDocument(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function checkTrustActions(document: PolicyDocument): void {
  for (const action of document.statements.flatMap((statement) => statement.actions.patterns)) {
    if (!action.toLowerCase().startsWith('sts:')) {
      throw malformedPolicy('AssumeRole policy may only specify STS AssumeRole actions.');
    }
  }
}

function wordingOf(problem: PolicyProblem, text: string): string {
  if (problem.code === 'badResource') {
    return `Resource ${valueAt(text, problem.path)} must be in ARN format or "*".`;
  }
  if (problem.code === 'badPrincipal') {
    const kind = /Principal\.(\w+)/.exec(problem.path)?.[1];
    if (!kind) return SYNTAX;
    const name = kind === 'Service' ? 'SERVICE' : kind;
    return `${WORDING.badPrincipal}: "${name}":"${valueAt(text, problem.path)}"`;
  }
  return WORDING[problem.code];
}

/** The value at a path such as `$.Statement[0].Resource[1]`, as text. */
function valueAt(text: string, path: string): string {
  const reading = readJson(text);
  let value: JsonValue | undefined = reading.kind === 'value' ? reading.value : undefined;
  for (const [, key, index] of path.matchAll(/\.(\w+)|\[(\d+)\]/g)) {
    if (key !== undefined) value = isJsonObject(value) ? value[key] : undefined;
    else value = Array.isArray(value) ? (value as readonly JsonValue[])[Number(index)] : undefined;
  }
  return typeof value === 'string' ? value : JSON.stringify(value ?? null);
}
