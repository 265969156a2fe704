import type { Condition } from './document.ts';
import type { JsonObject, JsonValue } from './json-text.ts';
import { isJsonObject, memberPath } from './json-text.ts';
import { type OperatorUse, operatorOf, parseOperator } from './operators.ts';
import type { Report } from './problems.ts';
import { templateProblem } from './template.ts';

/** Reads a `Condition` element; no element and an empty one both mean that there is no condition. */
export function parseConditions(
  element: JsonValue | undefined,
  path: string,
  variables: boolean,
  report: Report,
): Condition[] {
  if (element === undefined) return [];
  if (!isJsonObject(element)) {
    report('wrongType', path, 'A condition is an object of operators.');
    return [];
  }
  refuseCaseTwins(element, path, report);
  return Object.entries(element).flatMap(([operator, keys]) => {
    const operatorPath = memberPath(path, operator);
    const use = parseOperator(operator);
    if (!use) report('unknownOperator', operatorPath, `There is no condition operator ${operator}.`);
    if (!isJsonObject(keys)) {
      report('wrongType', operatorPath, 'Under an operator stands an object of condition keys.');
      return [];
    }
    refuseCaseTwins(keys, operatorPath, report);
    return Object.entries(keys).flatMap(([key, value]) => {
      const keyPath = memberPath(operatorPath, key);
      if (!isConditionKey(key)) {
        report('badConditionKey', keyPath, `"${key}" is not of the form service:key.`);
      }
      const values = valuesOf(value, keyPath, report);
      if (!use) return [];
      for (const [text, textPath] of values) checkValue(text, textPath, { use, operator, variables }, report);
      return [{ ...use, operator, key, values: values.map(([text]) => text) }];
    });
  });
}

/** AWS refuses keys that differ in case only ("Duplicate keys with different case"). */
function refuseCaseTwins(json: JsonObject, path: string, report: Report): void {
  const seen = new Set<string>();
  for (const key of Object.keys(json)) {
    const folded = key.toLowerCase();
    if (seen.has(folded)) {
      report('duplicateKey', memberPath(path, key), 'The same key is given twice, in another case.');
    }
    seen.add(folded);
  }
}

/** `service:key`, in which a tag key may hold anything: `aws:RequestTag/cost centre`. */
function isConditionKey(key: string): boolean {
  return /^[A-Za-z0-9._/-]+:\S/.test(key) && !key.endsWith('/');
}

/** IAM takes booleans and numbers for their text. */
function valuesOf(value: JsonValue, path: string, report: Report): (readonly [string, string])[] {
  const entries = Array.isArray(value)
    ? value.map((item: JsonValue, index) => [item, `${path}[${index}]`] as const)
    : [[value, path] as const];
  return entries.flatMap(([item, itemPath]) => {
    if (typeof item === 'string' || typeof item === 'number' || typeof item === 'boolean') {
      return [[String(item), itemPath] as const];
    }
    report('wrongType', itemPath, 'A condition value is a string, a number or a boolean.');
    return [];
  });
}

interface ValueRules {
  readonly use: OperatorUse;
  readonly operator: string;
  readonly variables: boolean;
}

function checkValue(text: string, path: string, rules: ValueRules, report: Report): void {
  const operator = operatorOf(rules.use.base);
  if (!operator.accepts(text)) {
    report('badConditionValue', path, `${rules.operator} cannot compare with "${text}".`);
  }
  const problem = rules.variables && operator.variables ? templateProblem(text) : undefined;
  if (problem) report('badVariable', path, `In "${text}", ${problem}.`);
}
