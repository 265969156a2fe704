import { limitExceeded, malformedPolicy } from './iam-errors.ts';

/** Where a document is used: what a role or policy allows, or who may assume a role. */
export type PolicyKind = 'identity' | 'trust';

export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: JsonValue;
}

const STATEMENT_FIELDS = new Set([
  'Sid',
  'Effect',
  'Principal',
  'NotPrincipal',
  'Action',
  'NotAction',
  'Resource',
  'NotResource',
  'Condition',
]);

/**
 * Refuses a document that IAM would not store, in IAM's words, and answers its statements. Its grammar:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 */
export function checkPolicyDocument(text: string, kind: PolicyKind): readonly JsonObject[] {
  const document = parseObject(text);
  checkVersion(document['Version']);
  for (const key of Object.keys(document)) {
    if (key !== 'Version' && key !== 'Id' && key !== 'Statement')
      throw malformedPolicy('Syntax errors in policy.');
  }
  const statements = statementsOf(document);
  const sids = new Set<string>();
  for (const statement of statements) {
    checkStatement(statement, kind);
    const sid = statement['Sid'];
    if (typeof sid === 'string' && sid !== '') {
      if (sids.has(sid)) throw malformedPolicy('Statement IDs (SID) in a single policy must be unique.');
      sids.add(sid);
    }
  }
  return statements;
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

/** A value that may be written as one or as a list of them. */
export function listOf(value: JsonValue | undefined): readonly JsonValue[] {
  if (value === undefined) return [];
  return isList(value) ? value : [value];
}

export function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !isList(value);
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}

function parseObject(text: string): JsonObject {
  let value: JsonValue;
  try {
    value = JSON.parse(text);
  } catch {
    throw malformedPolicy('This policy contains invalid Json');
  }
  if (!isObject(value)) throw malformedPolicy('Syntax errors in policy.');
  return value;
}

function checkVersion(version: JsonValue | undefined): void {
  if (version !== undefined && version !== '2012-10-17' && version !== '2008-10-17') {
    throw malformedPolicy('Policy document must be version 2012-10-17 or greater.');
  }
}

function statementsOf(document: JsonObject): readonly JsonObject[] {
  const statements = listOf(document['Statement']);
  if (statements.length === 0) throw malformedPolicy('Syntax errors in policy.');
  return statements.map((statement) => {
    if (!isObject(statement)) throw malformedPolicy('Syntax errors in policy.');
    return statement;
  });
}

function checkStatement(statement: JsonObject, kind: PolicyKind): void {
  for (const field of Object.keys(statement)) {
    if (!STATEMENT_FIELDS.has(field)) throw malformedPolicy('Syntax errors in policy.');
  }
  if (statement['Effect'] !== 'Allow' && statement['Effect'] !== 'Deny') {
    throw malformedPolicy('Missing required field Effect');
  }
  const actions = exactlyOne(statement, 'Action', 'NotAction', 'Policy statement must contain actions.');
  for (const action of actions) checkAction(action, kind);
  if (kind === 'identity') checkIdentityStatement(statement);
  else checkTrustStatement(statement);
  checkCondition(statement['Condition']);
}

function exactlyOne(
  statement: JsonObject,
  field: string,
  negated: string,
  message: string,
): readonly string[] {
  const [value, other] = [statement[field], statement[negated]];
  if (value !== undefined && other !== undefined) throw malformedPolicy('Syntax errors in policy.');
  const texts = listOf(value ?? other);
  if (texts.length === 0) throw malformedPolicy(message);
  return texts.map((text) => {
    if (typeof text !== 'string') throw malformedPolicy('Syntax errors in policy.');
    return text;
  });
}

function checkAction(action: string, kind: PolicyKind): void {
  if (action !== '*' && !/^[A-Za-z0-9-]+:[A-Za-z0-9*?]+$/.test(action)) {
    throw malformedPolicy('Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.');
  }
  if (kind === 'trust' && !action.toLowerCase().startsWith('sts:')) {
    throw malformedPolicy('AssumeRole policy may only specify STS AssumeRole actions.');
  }
}

function checkIdentityStatement(statement: JsonObject): void {
  if (statement['Principal'] !== undefined || statement['NotPrincipal'] !== undefined) {
    throw malformedPolicy('Policy document should not specify a principal.');
  }
  const resources = exactlyOne(
    statement,
    'Resource',
    'NotResource',
    'Policy statement must contain resources.',
  );
  for (const resource of resources) {
    if (resource !== '*' && !resource.startsWith('arn:')) {
      throw malformedPolicy(`Resource ${resource} must be in ARN format or "*".`);
    }
  }
}

function checkTrustStatement(statement: JsonObject): void {
  if (statement['Resource'] !== undefined || statement['NotResource'] !== undefined) {
    throw malformedPolicy('Has prohibited field Resource');
  }
  if (statement['Principal'] === undefined && statement['NotPrincipal'] === undefined) {
    throw malformedPolicy('Missing required field Principal');
  }
}

function checkCondition(condition: JsonValue | undefined): void {
  if (condition === undefined) return;
  if (!isObject(condition)) throw malformedPolicy('Syntax errors in policy.');
  for (const block of Object.values(condition)) {
    if (!isObject(block)) throw malformedPolicy('Syntax errors in policy.');
    for (const values of Object.values(block)) {
      if (listOf(values).some((value) => value === null || typeof value === 'object')) {
        throw malformedPolicy('Syntax errors in policy.');
      }
    }
  }
}
