import { readFileSync } from 'node:fs';
import { parseDocument } from 'yaml';
import * as z from 'zod';
import { PlayError } from '../play-error.ts';

const Parameter = z.strictObject({
  Type: z.literal('String', 'the sandbox knows parameters of the type String only'),
  Default: z.string().optional(),
  AllowedPattern: z.string().optional(),
  MinLength: z.number().optional(),
  MaxLength: z.number().optional(),
  AllowedValues: z.array(z.string()).optional(),
  Description: z.string().optional(),
  ConstraintDescription: z.string().optional(),
});
export type Parameter = z.infer<typeof Parameter>;

const Resource = z.strictObject({
  Type: z.string(),
  Condition: z.string().optional(),
  DependsOn: z.unknown().optional(),
  Properties: z.record(z.string(), z.unknown()).default({}),
  Metadata: z.unknown().optional(),
  // Nothing is ever deleted or replaced here.
  DeletionPolicy: z.string().optional(),
  UpdateReplacePolicy: z.string().optional(),
});

const Template = z.strictObject({
  AWSTemplateFormatVersion: z.string().optional(),
  Description: z.string().optional(),
  Metadata: z.unknown().optional(),
  Parameters: z.record(z.string(), Parameter).default({}),
  Conditions: z.record(z.string(), z.unknown()).default({}),
  Resources: z.record(z.string(), Resource),
  // Nobody imports what a stack puts out.
  Outputs: z.unknown().optional(),
});
export type Template = z.infer<typeof Template>;

/**
 * Reads a CloudFormation template, YAML or JSON. Throws `PlayError` with every problem; the short forms of functions
 * (`!Sub`) are not read.
 */
export function readTemplate(file: string): Template {
  const document = parseDocument(readFileSync(file, 'utf8'), { version: '1.1', uniqueKeys: true });
  const faults = [...document.errors, ...document.warnings].map(({ message }) => message);
  if (faults.length > 0) throw new PlayError(`${file} cannot be read:`, faults);
  const read = Template.safeParse(document.toJS());
  if (read.success) return read.data;
  const problems = read.error.issues.map(({ path, message }) => `${path.map(String).join('.')}: ${message}`);
  throw new PlayError(`${file} is no template that can be applied:`, problems);
}

/** The values of a template's parameters: those given, or the defaults. Throws `PlayError` as CloudFormation would refuse. */
export function parameterValues(
  { Parameters }: Template,
  given: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const unknown = Object.keys(given).filter((name) => !Object.hasOwn(Parameters, name));
  const problems = unknown.map((name) => `${name}: the template has no such parameter`);
  const values: Record<string, string> = {};
  for (const [name, parameter] of Object.entries(Parameters)) {
    const value = given[name] ?? parameter.Default;
    if (value === undefined) problems.push(`${name}: it has no value`);
    else {
      values[name] = value;
      problems.push(...valueProblems(name, value, parameter));
    }
  }
  if (problems.length > 0) throw new PlayError('The parameters of a template are wrong:', problems);
  return values;
}

function valueProblems(name: string, value: string, parameter: Parameter): string[] {
  const { AllowedPattern, MinLength = 0, MaxLength = Number.POSITIVE_INFINITY, AllowedValues } = parameter;
  const problems: string[] = [];
  if (AllowedPattern !== undefined && !new RegExp(`^(?:${AllowedPattern})$`).test(value)) {
    problems.push(`${name}: ${JSON.stringify(value)} does not match ${AllowedPattern}`);
  }
  if (value.length < MinLength || value.length > MaxLength) problems.push(`${name}: it has a wrong length`);
  if (AllowedValues && !AllowedValues.includes(value)) {
    problems.push(`${name}: it is none of ${AllowedValues.join(', ')}`);
  }
  return problems;
}
