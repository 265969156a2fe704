import { isObject } from '../../wire/json-shape.ts';
import type { Template } from './read-template.ts';

/** Where a template is applied, and what is known of it. */
export interface StackScope {
  readonly template: Template;
  readonly partition: string;
  readonly account: string;
  readonly region: string;
  readonly parameters: Readonly<Record<string, string>>;
  /** What `Ref` of a resource of the template gives; throws for one that is not made. */
  refTo(logicalId: string): string;
  /** What `Fn::GetAtt` gives. */
  attributeOf(logicalId: string, attribute: string): string;
}

/**
 * The value that a part of a template stands for, its functions carried out: Ref, Fn::Sub, Fn::GetAtt, Fn::Join,
 * Fn::Split, Fn::Select, Fn::If. Throws for any other.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
 */
export function resolve(scope: StackScope, value: unknown): unknown {
  if (Array.isArray(value)) {
    return (value as unknown[]).map((one) => resolve(scope, one)).filter((one) => one !== NO_VALUE);
  }
  if (!isObject(value)) return value;
  const [name, ...more] = Object.keys(value);
  if (name !== undefined && more.length === 0 && (name === 'Ref' || name.startsWith('Fn::'))) {
    const run = FUNCTIONS[name];
    if (!run) throw new Error(`the sandbox does not know ${name}`);
    return run(scope, value[name]);
  }
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, part]) => [key, resolve(scope, part)] as const)
      .filter(([, part]) => part !== NO_VALUE),
  );
}

/** Whether a condition of the template holds. Throws for one that is not there. */
export function holds(scope: StackScope, name: string): boolean {
  if (!Object.hasOwn(scope.template.Conditions, name)) throw new Error(`there is no condition ${name}`);
  return truth(scope, scope.template.Conditions[name]);
}

/** `AWS::NoValue`: the property is not there. */
const NO_VALUE = Symbol('AWS::NoValue');

type IntrinsicFunction = (scope: StackScope, argument: unknown) => unknown;

const FUNCTIONS: Readonly<Record<string, IntrinsicFunction>> = {
  Ref: (scope, name) => reference(scope, String(name)),
  'Fn::GetAtt': (scope, argument) => {
    const [logicalId = '', ...attribute] =
      typeof argument === 'string' ? argument.split('.') : listOf(argument).map(String);
    return scope.attributeOf(logicalId, attribute.join('.'));
  },
  'Fn::Sub': substitute,
  'Fn::Join': (scope, argument) => {
    const [separator, parts] = listOf(argument);
    const delimiter = literal('Fn::Join', separator);
    return listOf(resolve(scope, parts)).map(String).join(delimiter);
  },
  'Fn::Split': (scope, argument) => {
    const [separator, text] = listOf(argument);
    return textOf(resolve(scope, text)).split(literal('Fn::Split', separator));
  },
  'Fn::Select': (scope, argument) => {
    const [index, parts] = listOf(argument);
    return listOf(resolve(scope, parts))[Number(index)];
  },
  'Fn::If': (scope, argument) => {
    const [condition, yes, no] = listOf(argument);
    return resolve(scope, holds(scope, String(condition)) ? yes : no);
  },
};

/** CloudFormation takes no function for a delimiter: intrinsic-function-reference-join.html, "Supported functions". */
function literal(name: string, delimiter: unknown): string {
  if (typeof delimiter !== 'string') throw new Error(`the delimiter of ${name} must be a literal string`);
  return delimiter;
}

function substitute(scope: StackScope, argument: unknown): string {
  const [text, variables] = typeof argument === 'string' ? [argument, {}] : listOf(argument);
  const own = isObject(variables) ? variables : {};
  return textOf(text).replaceAll(/\$\{(!?)([^}]+)\}/g, (_whole, literal: string, name: string) => {
    // `${!name}` stands for itself, without the exclamation mark.
    if (literal) return `\${${name}}`;
    if (Object.hasOwn(own, name)) return textOf(resolve(scope, own[name]));
    const [logicalId = '', ...attribute] = name.split('.');
    return attribute.length > 0
      ? scope.attributeOf(logicalId, attribute.join('.'))
      : textOf(reference(scope, name));
  });
}

function reference(scope: StackScope, name: string): unknown {
  const pseudo: Readonly<Record<string, unknown>> = {
    'AWS::AccountId': scope.account,
    'AWS::Region': scope.region,
    'AWS::Partition': scope.partition,
    'AWS::URLSuffix': 'amazonaws.com',
    'AWS::NoValue': NO_VALUE,
  };
  if (Object.hasOwn(pseudo, name)) return pseudo[name];
  return scope.parameters[name] ?? scope.refTo(name);
}

function truth(scope: StackScope, condition: unknown): boolean {
  const [name, argument] = Object.entries(isObject(condition) ? condition : {})[0] ?? [];
  switch (name) {
    case 'Fn::Equals': {
      const [one, other] = listOf(argument).map((part) => textOf(resolve(scope, part)));
      return one === other;
    }
    case 'Fn::Not':
      return !listOf(argument).every((part) => truth(scope, part));
    case 'Fn::And':
      return listOf(argument).every((part) => truth(scope, part));
    case 'Fn::Or':
      return listOf(argument).some((part) => truth(scope, part));
    case 'Condition':
      return holds(scope, String(argument));
    default:
      throw new Error(`the sandbox does not know the condition ${JSON.stringify(condition)}`);
  }
}

function listOf(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw new Error(`${JSON.stringify(value)} is not a list`);
  return value as unknown[];
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new Error(`${JSON.stringify(value)} is not text`);
}
