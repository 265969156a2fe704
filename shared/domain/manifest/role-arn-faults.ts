import { readRoleTemplate, TEMPLATE_VARIABLES, type TemplateFault } from '../role-template.ts';
import { nearestName } from './nearest-name.ts';

export interface RoleArnFault {
  readonly rule: 'role.template' | 'role.arn';
  readonly message: string;
}

/** Everything that keeps a text from being a role ARN with variables; empty when it is one. */
export function describeTemplateFaults(written: string): readonly RoleArnFault[] {
  const reading = readRoleTemplate(written);
  if (reading.kind === 'template') return [];
  return reading.faults.map((fault) => describeFault(fault, written));
}

function describeFault(fault: TemplateFault, written: string): RoleArnFault {
  switch (fault.kind) {
    case 'braces':
      return { rule: 'role.template', message: 'braces do not pair up: a variable is written {account}' };
    case 'unknownVariable':
      return { rule: 'role.template', message: explainUnknownVariable(fault.variable) };
    case 'notARoleArn':
      return { rule: 'role.arn', message: explainNoRoleArn(written) };
  }
}

function explainUnknownVariable(variable: string): string {
  if (variable.startsWith('label:')) return `{${variable}} does not name a label: write {label:NAME}`;
  const near = nearestName(variable, TEMPLATE_VARIABLES);
  const advice = near
    ? `did you mean {${near}}?`
    : 'there are {account}, {region}, {partition}, {cluster} and {label:NAME}';
  return `there is no variable {${variable}}: ${advice}`;
}

const SHAPE = 'arn:{partition}:iam::{account}:role/NAME';

/** What people write instead, and what to write then. */
const MISTAKES: readonly (readonly [looksLike: RegExp, message: string])[] = [
  [/:assumed-role\//, `is a session of a role, not the role: write ${SHAPE}`],
  [/:user\//, `is a user, and EKS binds roles only: write ${SHAPE}`],
  [/:instance-profile\//, `is an instance profile, and EKS binds roles only: write ${SHAPE}`],
  [/^[\w+=,.@/-]+$/, `is only a name: write the whole ARN, ${SHAPE}`],
  [/:role\/(.*\/)?[^/]{65,}$/, 'has a role name longer than 64 characters'],
];

function explainNoRoleArn(written: string): string {
  const mistake = MISTAKES.find(([looksLike]) => looksLike.test(written));
  return `${JSON.stringify(written)} ${mistake?.[1] ?? `is no role ARN: write ${SHAPE}`}`;
}
