import type * as z from 'zod';
import { nearestName } from './nearest-name.ts';
import { type Fault, type FieldPath, MANIFEST_RULES, type RuleCode } from './problem.ts';
import {
  ManifestSchema,
  MetadataSchema,
  RuleManifestSchema,
  RuleMetadataSchema,
  SelectorSchema,
  TargetSchema,
} from './schema.ts';

type Issue = z.core.$ZodIssue;

/** What a manifest says, for the words of a message. */
export interface Written {
  readonly value: unknown;
  /** A plain value as it is written. */
  sourceOf(path: FieldPath): string | undefined;
}

/** Turns what the schema found into faults that say what would make it right. */
export function explainIssues(
  issues: readonly Issue[],
  written: Written,
  fields: FieldsByHome = MAPPING_FIELDS,
): Fault[] {
  const scope: Scope = { value: written.value, sourceOf: (path) => written.sourceOf(path), fields };
  const faults = issues.flatMap((issue) => explainIssue(issue, [], scope));
  const misspelt = issues.length > 1 ? faults.filter(({ rule }) => rule === 'field.unknown') : [];
  return faults.filter((fault) => !misspelt.some((cause) => isConsequence(fault, cause, fields)));
}

/** The fields that the objects of a kind of manifest have, by the last name in their path. */
export type FieldsByHome = Readonly<Record<string, readonly string[]>>;

interface Scope extends Written {
  readonly fields: FieldsByHome;
}

/** A field that is misspelt is not missing as well, and a selector with nothing else is not empty as well. */
function isConsequence(fault: Fault, misspelt: Fault, fields: FieldsByHome): boolean {
  if (fault.rule === 'selector.empty') return isInside(misspelt.path, fault.path);
  if (fault.rule !== 'field.missing') return false;
  const home = fault.path.slice(0, -1);
  if (misspelt.path.length !== fault.path.length || !isInside(misspelt.path, home)) return false;
  return nearestName(fieldName(misspelt.path), fields[fieldName(home)] ?? []) === fault.path.at(-1);
}

function isInside(path: FieldPath, around: FieldPath): boolean {
  return path.length > around.length && around.every((segment, index) => path[index] === segment);
}

function explainIssue(issue: Issue, base: FieldPath, written: Scope): Fault[] {
  const path = [...base, ...(issue.path as (string | number)[])];
  switch (issue.code) {
    case 'custom':
      return [{ path, rule: ruleOf(issue.params), message: issue.message }];
    case 'unrecognized_keys':
      return issue.keys.map((key) => explainUnknownField(key, path, written.fields));
    case 'invalid_key':
      return issue.issues.flatMap((inner) => explainIssue(inner, path, written));
    case 'invalid_union':
      return explainUnion(issue, path, written);
    case 'invalid_value':
      return [explainValue(issue.values.map(String), path, written)];
    case 'invalid_type':
      return [explainType(issue.expected, path, written)];
    case 'too_small':
      return [explainEmptyList(path)];
    case 'invalid_format':
      return [explainDate(path, written)];
    default:
      return [{ path, rule: 'field.value', message: issue.message }];
  }
}

function ruleOf(params: Readonly<Record<string, unknown>> | undefined): RuleCode {
  const rule = params?.['rule'];
  if (typeof rule === 'string' && Object.hasOwn(MANIFEST_RULES, rule)) return rule as RuleCode;
  throw new Error(`a check of the manifest schema has no rule: ${String(rule)}`);
}

const EXPRESSION_FIELDS = ['key', 'operator', 'values'];
const SELECTOR_FIELDS: FieldsByHome = {
  clusters: Object.keys(SelectorSchema.shape),
  matchExpressions: EXPRESSION_FIELDS,
};
const MAPPING_FIELDS: FieldsByHome = {
  '': Object.keys(ManifestSchema.shape),
  metadata: Object.keys(MetadataSchema.shape),
  spec: Object.keys(ManifestSchema.shape.spec.shape),
  targets: Object.keys(TargetSchema.shape),
  ...SELECTOR_FIELDS,
};
export const RULE_FIELDS: FieldsByHome = {
  '': Object.keys(RuleManifestSchema.shape),
  metadata: Object.keys(RuleMetadataSchema.shape),
  spec: Object.keys(RuleManifestSchema.shape.spec.shape),
  ...SELECTOR_FIELDS,
};

function explainUnknownField(field: string, path: FieldPath, homes: FieldsByHome): Fault {
  const fields = homes[fieldName(path)] ?? [];
  if (fieldName(path) === 'clusters' && EVERY.test(field)) {
    const message = 'to choose every cluster, write `clusters: all`';
    return {
      path: [...path, field],
      rule: 'field.unknown',
      message: `there is no field ${field} here: ${message}`,
    };
  }
  const near = nearestName(field, fields);
  const home = Object.keys(homes).find((name) => homes[name]?.includes(field));
  const advice =
    near !== undefined
      ? `did you mean ${near}?`
      : home !== undefined
        ? `it belongs in ${home === '' ? 'the document itself' : home}`
        : `the fields here are ${fields.join(', ')}`;
  return {
    path: [...path, field],
    rule: 'field.unknown',
    message: `there is no field ${field} here: ${advice}`,
  };
}

/** The last name in a path; list positions have none. */
function fieldName(path: FieldPath): string {
  return path.findLast((segment) => typeof segment === 'string') ?? '';
}

function explainUnion(issue: z.core.$ZodIssueInvalidUnion, path: FieldPath, written: Scope): Fault[] {
  if (fieldName(path) === 'operator') {
    return [explainValue(['In', 'NotIn', 'Exists', 'DoesNotExist'], path, written)];
  }
  // The branch that was meant is the one that does not fail at its root.
  const meant = issue.errors.find((errors) => errors.every((error) => !isWrongKind(error)));
  if (meant) return meant.flatMap((error) => explainIssue(error, path, written));
  const value = valueAt(written.value, path);
  if (fieldName(path) === 'policy') {
    const message = `the policy is ${nameOf(value)}: write it as an object, or as JSON text`;
    return [{ path, rule: 'policy.document', message }];
  }
  if (value === undefined) {
    return [missing(path, 'write `clusters: all`, or say which clusters')];
  }
  if (value === null || value === '') {
    const message = 'an empty selector is not everything: write `clusters: all`, or say which clusters';
    return [{ path, rule: 'selector.empty', message }];
  }
  const message = `clusters is ${nameOf(value)}: ${adviceForClusters(value)}`;
  return [{ path, rule: 'field.type', message }];
}

/** What people write for every cluster. */
const EVERY = /^(all|any|every|\*)$/i;

function adviceForClusters(value: unknown): string {
  if (typeof value === 'string' && EVERY.test(value)) return 'to choose every cluster, write `clusters: all`';
  const names = Array.isArray(value) ? value : [value];
  const areNames = names.length > 0 && names.every((name) => /^[A-Za-z0-9][\w-]*$/.test(String(name)));
  const shown = areNames && names.every((name) => typeof name === 'string');
  return `write \`all\`, or a selector such as { names: [${shown ? names.join(', ') : 'my-cluster'}] }`;
}

function isWrongKind(issue: Issue): boolean {
  return issue.path.length === 0 && (issue.code === 'invalid_type' || issue.code === 'invalid_value');
}

function explainValue(values: readonly string[], path: FieldPath, written: Written): Fault {
  const value = valueAt(written.value, path);
  const choice = values.join(', ');
  if (value === undefined) return missing(path, `write one of ${choice}`);
  const near = typeof value === 'string' ? nearestName(value, values) : undefined;
  const advice = near === undefined ? `write one of ${choice}` : `did you mean ${near}?`;
  return { path, rule: 'field.value', message: `${fieldName(path)} is ${nameOf(value)}: ${advice}` };
}

const EXPECTED_WORDS: Readonly<Record<string, string>> = {
  string: 'text',
  boolean: 'true or false',
  number: 'a number',
  array: 'a list',
  object: 'an object',
  record: 'an object',
};

function explainType(expected: string, path: FieldPath, written: Written): Fault {
  const value = valueAt(written.value, path);
  const words = EXPECTED_WORDS[expected] ?? expected;
  if (value === undefined) return missing(path, `it is required, ${words}`);
  const source = written.sourceOf(path);
  const advice = adviceForField(path, value) ?? adviceForType(expected, value, source);
  const message = `${describe(path)} is ${words}, and here is ${nameOf(value, source)}${advice}`;
  return { path, rule: 'field.type', message };
}

function describe(path: FieldPath): string {
  const name = fieldName(path);
  if (name === '') return 'a manifest';
  return typeof path.at(-1) === 'number' ? `an item of ${name}` : name;
}

const A_TARGET = '{ clusters: all, roleArn: "arn:{partition}:iam::{account}:role/NAME" }';

/** Where more is known of what was meant than that the type is another. */
function adviceForField(path: FieldPath, value: unknown): string | undefined {
  // Labels and tags may be called like fields.
  if (path.slice(0, -1).some((segment) => segment === 'matchLabels' || segment === 'tags')) return undefined;
  const name = fieldName(path);
  const isItem = typeof path.at(-1) === 'number';
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  switch (name) {
    case 'targets':
      if (isObject) return ': put `- ` before its first field, which makes it the first target of the list';
      return `: a target says which clusters get which role, so write ${isItem ? A_TARGET : `[${A_TARGET}]`}`;
    case 'names':
    case 'accounts':
    case 'regions': {
      const isEvery = !isItem && typeof value === 'string' && EVERY.test(value);
      return isEvery
        ? ': to choose every cluster, write `clusters: all`; to choose by others, leave it out'
        : undefined;
    }
    case 'matchLabels': {
      const [, label, wanted] = (typeof value === 'string' && /^([\w./-]+)=([\w.-]+)$/.exec(value)) || [];
      return `: write { ${label ?? 'env'}: ${wanted ?? 'prod'} }`;
    }
    default:
      return undefined;
  }
}

function adviceForType(expected: string, value: unknown, source: string | undefined): string {
  const isPlain = typeof value === 'number' || typeof value === 'boolean';
  if (expected === 'string' && isPlain) return `: write it in quotes, "${source ?? String(value)}"`;
  if (expected === 'boolean' && typeof value === 'string') return ': write true or false, without quotes';
  if (expected === 'array' && (isPlain || typeof value === 'string'))
    return `: write [${JSON.stringify(value)}]`;
  return '';
}

function missing(path: FieldPath, advice: string): Fault {
  return { path, rule: 'field.missing', message: `${fieldName(path)} is missing: ${advice}` };
}

function explainEmptyList(path: FieldPath): Fault {
  switch (fieldName(path)) {
    case 'targets':
      return { path, rule: 'target.none', message: 'a mapping has at least one target' };
    case 'values':
      return { path, rule: 'selector.values', message: 'In and NotIn have at least one value' };
    default: {
      const message = `${fieldName(path)} is empty, which would select nothing: name at least one, or leave it out`;
      return { path, rule: 'selector.empty', message };
    }
  }
}

function explainDate(path: FieldPath, written: Written): Fault {
  const value = JSON.stringify(valueAt(written.value, path));
  return { path, rule: 'expiry.date', message: `${value} is no day of the calendar: write it as 2027-03-31` };
}

function valueAt(value: unknown, path: FieldPath): unknown {
  return path.reduce<unknown>((inner, segment) => {
    if (typeof inner !== 'object' || inner === null || !Object.hasOwn(inner, segment)) return undefined;
    return (inner as Readonly<Record<string | number, unknown>>)[segment];
  }, value);
}

function nameOf(value: unknown, source = String(value)): string {
  if (value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  switch (typeof value) {
    case 'object':
      return 'an object';
    case 'string':
      return value === '' ? 'an empty text' : JSON.stringify(value);
    case 'number':
      return `the number ${source}`;
    default:
      return source;
  }
}
