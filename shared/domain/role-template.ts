import { type ClusterRef, clusterArn } from './cluster.ts';
import { isLabelKey, labelOf } from './label.ts';
import { parseRoleArn } from './role.ts';

/** The variables that a role ARN in a mapping may hold, without their braces; `label:NAME` comes on top. */
export const TEMPLATE_VARIABLES = ['account', 'region', 'partition', 'cluster'] as const;
export type TemplateVariable = (typeof TEMPLATE_VARIABLES)[number] | `label:${string}`;

/** A role ARN with variables, taken apart once so that expanding it costs a concatenation. */
export interface RoleTemplate {
  readonly text: string;
  /** One more than there are variables: what stands before, between and after them. */
  readonly literals: readonly [string, ...string[]];
  readonly variables: readonly TemplateVariable[];
  /** What of the result still needs looking at, when every value in it is safe. */
  readonly check: 'nothing' | 'nameLength' | 'everything';
}

/** Why a text is no template. */
export type TemplateFault =
  | { readonly kind: 'braces' }
  | { readonly kind: 'unknownVariable'; readonly variable: string }
  | { readonly kind: 'notARoleArn'; readonly sample: string };

export type TemplateReading =
  | { readonly kind: 'template'; readonly template: RoleTemplate }
  | { readonly kind: 'faulty'; readonly faults: readonly [TemplateFault, ...TemplateFault[]] };

/** Reads a role ARN with variables such as `{account}`, and tries it on a sample cluster. */
export function readRoleTemplate(text: string): TemplateReading {
  const pieces = splitAtVariables(text);
  if (!pieces) return { kind: 'faulty', faults: [{ kind: 'braces' }] };
  const [unknown, ...moreUnknown] = pieces.variables.filter((name) => !isTemplateVariable(name));
  if (unknown !== undefined) {
    const fault = (variable: string): TemplateFault => ({ kind: 'unknownVariable', variable });
    return { kind: 'faulty', faults: [fault(unknown), ...moreUnknown.map(fault)] };
  }
  const variables = pieces.variables.filter(isTemplateVariable);
  const samples = SAMPLES.map((sample) =>
    join(pieces.literals, variables, (name) => sampleValue(name, sample)),
  );
  const [sample = '', ...otherSamples] = samples.filter((arn) => !parseRoleArn(arn));
  if (otherSamples.length === SAMPLES.length - 1) {
    return { kind: 'faulty', faults: [{ kind: 'notARoleArn', sample }] };
  }
  const check = sample === '' ? checkFor(pieces.literals, variables) : 'everything';
  return { kind: 'template', template: { text, literals: pieces.literals, variables, check } };
}

/** For a template that every sample makes a role ARN. */
function checkFor(
  literals: readonly string[],
  variables: readonly TemplateVariable[],
): RoleTemplate['check'] {
  const isFixed = (variable: TemplateVariable) => variable === 'account' || variable === 'partition';
  if (variables.every(isFixed)) return 'nothing';
  const resource = literals.findIndex((literal) => literal.includes(':role/'));
  return variables.slice(0, resource).every(isFixed) ? 'nameLength' : 'everything';
}

/** The parts of a cluster that templates may name. */
export interface TemplateCluster extends ClusterRef {
  readonly labels: Readonly<Record<string, string>>;
}

/** Why a template gives no role ARN for one cluster. */
export type ExpansionFault =
  | { readonly kind: 'labelMissing'; readonly label: string }
  /** The cluster's value holds characters that could change the meaning of the ARN around it, or none at all. */
  | { readonly kind: 'valueRefused'; readonly variable: TemplateVariable; readonly value: string }
  | { readonly kind: 'notARoleArn'; readonly result: string };

export type Expansion =
  | { readonly kind: 'arn'; readonly arn: string }
  | { readonly kind: 'fault'; readonly fault: ExpansionFault };

/**
 * What may stand in a role's name (facts §4, IAM's role name pattern). A label comes from whoever may tag the cluster:
 * a slash or a colon in it would let them choose the path or the account.
 */
const SAFE_VALUE = /^[\w+=,.@-]+$/;

/** The concrete role ARN for a cluster. */
export function expandRoleTemplate(template: RoleTemplate, cluster: TemplateCluster): Expansion {
  const { literals, variables } = template;
  let arn = literals[0];
  for (let index = 0; index < variables.length; index++) {
    const variable = variables[index] as TemplateVariable;
    const value = clusterValue(variable, cluster);
    if (value === undefined) {
      return { kind: 'fault', fault: { kind: 'labelMissing', label: variable.slice('label:'.length) } };
    }
    if (!SAFE_VALUE.test(value)) {
      return { kind: 'fault', fault: { kind: 'valueRefused', variable, value } };
    }
    arn += value + literals[index + 1];
  }
  if (!isRoleArn(arn, template.check)) {
    return { kind: 'fault', fault: { kind: 'notARoleArn', result: arn } };
  }
  return { kind: 'arn', arn };
}

/** IAM's limit on the name of a role. */
const MAX_ROLE_NAME = 64;

function isRoleArn(arn: string, check: RoleTemplate['check']): boolean {
  switch (check) {
    case 'nothing':
      return true;
    case 'nameLength':
      return arn.length - arn.lastIndexOf('/') - 1 <= MAX_ROLE_NAME;
    case 'everything':
      return parseRoleArn(arn) !== undefined;
  }
}

/** One sentence for a person, naming the variable and what would put it right. */
export function explainExpansionFault(fault: ExpansionFault, template: string, cluster: ClusterRef): string {
  const where = clusterArn(cluster);
  switch (fault.kind) {
    case 'labelMissing':
      return `${template} needs the label ${fault.label}, which ${where} does not have: label the cluster, or select it in another target.`;
    case 'valueRefused':
      return `${template} cannot use {${fault.variable}} of ${where}: its value ${JSON.stringify(fault.value)} is not made of letters, digits and _+=,.@- alone.`;
    case 'notARoleArn':
      return `${template} gives ${fault.result} for ${where}, which is no role ARN.`;
  }
}

function isTemplateVariable(name: string): name is TemplateVariable {
  if (name.startsWith('label:')) return isLabelKey(name.slice('label:'.length));
  return (TEMPLATE_VARIABLES as readonly string[]).includes(name);
}

/** Splits at `{…}`; `undefined` when braces do not pair up. */
function splitAtVariables(
  text: string,
): { readonly literals: [string, ...string[]]; readonly variables: string[] } | undefined {
  const [first = '', ...rest] = text.split('{');
  if (first.includes('}')) return undefined;
  const literals: [string, ...string[]] = [first];
  const variables: string[] = [];
  for (const piece of rest) {
    const [variable = '', literal, ...more] = piece.split('}');
    if (literal === undefined || more.length > 0) return undefined;
    variables.push(variable);
    literals.push(literal);
  }
  return { literals, variables };
}

function join(
  literals: readonly [string, ...string[]],
  variables: readonly TemplateVariable[],
  value: (variable: TemplateVariable) => string,
): string {
  return variables.reduce(
    (text, variable, index) => text + value(variable) + (literals[index + 1] ?? ''),
    literals[0],
  );
}

function clusterValue(variable: TemplateVariable, cluster: TemplateCluster): string | undefined {
  switch (variable) {
    case 'account':
      return cluster.account;
    case 'region':
      return cluster.region;
    case 'partition':
      return cluster.partition;
    case 'cluster':
      return cluster.name;
    default:
      return labelOf(cluster.labels, variable.slice('label:'.length));
  }
}

interface Sample {
  readonly account: string;
  readonly region: string;
  readonly partition: string;
  readonly cluster: string;
  readonly label: string;
}

const SHORT: Sample = {
  account: '111122223333',
  region: 'us-east-1',
  partition: 'aws',
  cluster: 'c',
  label: 'l',
};

/** A template is one when it gives a role ARN for at least one of these. */
const SAMPLES: readonly Sample[] = [
  SHORT,
  // A label may hold an account.
  { ...SHORT, label: SHORT.account },
  // As long as no partition's name is: a role name that has room for it has room for every partition's.
  { ...SHORT, partition: 'aws-abcdefghijklmnop' },
];

function sampleValue(variable: TemplateVariable, sample: Sample): string {
  return variable.startsWith('label:') ? sample.label : sample[variable as keyof Sample];
}
