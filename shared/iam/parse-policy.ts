import type {
  Condition,
  PatternElement,
  PolicyDocument,
  PolicyKind,
  PolicyProblem,
  PrincipalElement,
  Statement,
} from './document.ts';
import type { JsonObject, JsonValue } from './json-text.ts';
import { isJsonObject, memberPath, readJson } from './json-text.ts';
import { parseConditions } from './parse-conditions.ts';
import { parsePrincipals } from './parse-principals.ts';
import { type Report, stringsOf } from './problems.ts';
import { templateProblem } from './template.ts';

/** A policy that was read, or everything that is wrong with it. */
export type ParsedPolicy =
  | { readonly kind: 'document'; readonly document: PolicyDocument }
  | { readonly kind: 'malformed'; readonly problems: readonly PolicyProblem[] };

/**
 * Reads the JSON text of a policy. Never throws: a text that cannot be read is `malformed`, with every problem
 * at once. What AWS itself would refuse to store is malformed here too, and so is an object with the same key
 * twice, whose meaning nobody can be sure of.
 *
 * @param name how answers about several policies call this one
 */
export function parsePolicy(text: string, kind: PolicyKind, name?: string): ParsedPolicy {
  const problems: PolicyProblem[] = [];
  const report: Report = (code, path, message) => problems.push({ code, path, message });
  const json = readPolicyObject(text, report);
  const document = json && documentOf(json, kind, name, report);
  return document && problems.length === 0 ? { kind: 'document', document } : { kind: 'malformed', problems };
}

function readPolicyObject(text: string, report: Report): JsonObject | undefined {
  const reading = readJson(text);
  switch (reading.kind) {
    case 'notJson':
      report('notJson', '$', `The text is not JSON: ${reading.message}.`);
      return undefined;
    case 'duplicateKeys':
      for (const path of reading.paths) report('duplicateKey', path, 'The same key is given twice.');
      return undefined;
    case 'value':
      if (isJsonObject(reading.value)) return reading.value;
      report('wrongType', '$', 'A policy is a JSON object.');
      return undefined;
  }
}

const DOCUMENT_ELEMENTS = new Set(['Version', 'Id', 'Statement']);

function documentOf(
  json: JsonObject,
  kind: PolicyKind,
  name: string | undefined,
  report: Report,
): PolicyDocument {
  refuseUnknown(json, DOCUMENT_ELEMENTS, '$', report);
  const version = json['Version'] ?? '2008-10-17';
  if (version !== '2012-10-17' && version !== '2008-10-17') {
    report('badVersion', '$.Version', 'The version is "2012-10-17" or "2008-10-17".');
  }
  if (json['Id'] !== undefined && typeof json['Id'] !== 'string') {
    report('wrongType', '$.Id', 'Id is a string.');
  }
  const isCurrent = version === '2012-10-17';
  const scope = { kind, variables: isCurrent };
  const statements = statementsIn(json, report).map(([statement, path], index) =>
    statementOf(statement, { ...scope, path, index }, report),
  );
  refuseEqualSids(statements, report);
  return {
    kind,
    version: isCurrent ? '2012-10-17' : '2008-10-17',
    statements: statements.filter((statement) => statement !== undefined),
    ...(name !== undefined && { name }),
  };
}

function statementsIn(json: JsonObject, report: Report): (readonly [JsonValue, string])[] {
  const element = json['Statement'];
  if (element === undefined) {
    report('missingStatement', '$', 'A policy has a Statement.');
    return [];
  }
  return Array.isArray(element)
    ? element.map((statement, index) => [statement, `$.Statement[${index}]`] as const)
    : [[element, '$.Statement'] as const];
}

function refuseEqualSids(statements: readonly (Statement | undefined)[], report: Report): void {
  const seen = new Set<string>();
  for (const statement of statements) {
    if (statement?.sid === undefined) continue;
    if (seen.has(statement.sid)) {
      report('duplicateSid', `$.Statement[${statement.index}].Sid`, `Sid ${statement.sid} is given twice.`);
    }
    seen.add(statement.sid);
  }
}

/** Where a statement stands, and what its kind of policy lets it hold. */
interface StatementScope {
  readonly kind: PolicyKind;
  readonly variables: boolean;
  readonly path: string;
  readonly index: number;
}

const STATEMENT_ELEMENTS = new Set([
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

function statementOf(json: JsonValue, scope: StatementScope, report: Report): Statement | undefined {
  if (!isJsonObject(json)) {
    report('wrongType', scope.path, 'A statement is a JSON object.');
    return undefined;
  }
  refuseUnknown(json, STATEMENT_ELEMENTS, scope.path, report);
  const sid = sidOf(json, scope, report);
  const effect = json['Effect'];
  if (effect !== 'Allow' && effect !== 'Deny') {
    report('badEffect', `${scope.path}.Effect`, 'Effect is "Allow" or "Deny".');
  }
  const principals = principalsOf(json, scope, report);
  const actions = actionsOf(json, scope, report);
  const resources = resourcesOf(json, scope, report);
  const conditions: readonly Condition[] = parseConditions(
    json['Condition'],
    `${scope.path}.Condition`,
    scope.variables,
    report,
  );
  return {
    index: scope.index,
    effect: effect === 'Allow' ? 'Allow' : 'Deny',
    actions,
    conditions,
    ...(sid !== undefined && { sid }),
    ...(principals && { principals }),
    ...(resources && { resources }),
  };
}

function sidOf(json: JsonObject, scope: StatementScope, report: Report): string | undefined {
  const sid = json['Sid'];
  if (sid === undefined || sid === '') return undefined;
  // Resource policies of some services allow spaces and more; IAM's own do not.
  if (typeof sid === 'string' && (scope.kind === 'resource' || /^[A-Za-z0-9]*$/.test(sid))) return sid;
  report('badSid', `${scope.path}.Sid`, 'Sid holds letters and digits only.');
  return undefined;
}

function principalsOf(json: JsonObject, scope: StatementScope, report: Report): PrincipalElement | undefined {
  const element = oneForm(json, 'Principal', 'NotPrincipal', scope.path, report);
  if (scope.kind === 'identity') {
    if (element) {
      report('principalNotAllowed', element.path, 'An identity policy applies to whom it is attached to.');
    }
    return undefined;
  }
  if (!element) {
    report('missingPrincipal', scope.path, 'A resource or trust policy says whom a statement is about.');
    return undefined;
  }
  return { negated: element.negated, names: parsePrincipals(element.value, element.path, report) };
}

function actionsOf(json: JsonObject, scope: StatementScope, report: Report): PatternElement {
  const element = oneForm(json, 'Action', 'NotAction', scope.path, report);
  if (!element) {
    report('missingAction', scope.path, 'A statement has Action or NotAction.');
    return { negated: false, patterns: [] };
  }
  const patterns = stringsOf(element.value, element.path, report);
  for (const [pattern, path] of patterns) {
    if (pattern !== '*' && !/^[^:\s]+:[^:\s]+$/.test(pattern)) {
      report('badAction', path, `"${pattern}" is not of the form service:action.`);
    }
  }
  return { negated: element.negated, patterns: patterns.map(([pattern]) => pattern) };
}

function resourcesOf(json: JsonObject, scope: StatementScope, report: Report): PatternElement | undefined {
  const element = oneForm(json, 'Resource', 'NotResource', scope.path, report);
  if (!element) {
    // Several services' resource policies (and every trust policy) stand for their one resource.
    if (scope.kind === 'identity') {
      report('missingResource', scope.path, 'A statement has Resource or NotResource.');
    }
    return undefined;
  }
  if (scope.kind === 'trust') {
    report('resourceNotAllowed', element.path, 'A trust policy is about its own role only.');
    return undefined;
  }
  const patterns = stringsOf(element.value, element.path, report);
  for (const [pattern, path] of patterns) {
    const problem = scope.variables ? templateProblem(pattern) : undefined;
    if (problem) report('badVariable', path, `In "${pattern}", ${problem}.`);
    if (scope.kind === 'identity' && pattern !== '*' && !pattern.startsWith('arn:')) {
      report('badResource', path, `"${pattern}" is neither an ARN nor "*".`);
    }
  }
  return { negated: element.negated, patterns: patterns.map(([pattern]) => pattern) };
}

interface Element {
  readonly value: JsonValue;
  readonly path: string;
  readonly negated: boolean;
}

/** The element in its plain or in its `Not` form; both at once are a problem. */
function oneForm(
  json: JsonObject,
  plain: string,
  negated: string,
  path: string,
  report: Report,
): Element | undefined {
  const value = json[plain];
  const notValue = json[negated];
  if (value !== undefined && notValue !== undefined) {
    report('bothForms', path, `A statement has ${plain} or ${negated}, not both.`);
  }
  if (value !== undefined) return { value, path: `${path}.${plain}`, negated: false };
  return notValue === undefined ? undefined : { value: notValue, path: `${path}.${negated}`, negated: true };
}

function refuseUnknown(json: JsonObject, known: ReadonlySet<string>, path: string, report: Report): void {
  for (const key of Object.keys(json)) {
    if (!known.has(key)) report('unknownElement', memberPath(path, key), `There is no element ${key}.`);
  }
}
