/** A resource of a CloudFormation template. */
export interface TemplateResource {
  readonly Type: string;
  readonly Condition?: string;
  readonly DependsOn?: string;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
  readonly Properties: Readonly<Record<string, unknown>>;
}

export interface Template {
  readonly AWSTemplateFormatVersion: '2010-09-09';
  readonly Description: string;
  readonly Parameters: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly Conditions: Readonly<Record<string, unknown>>;
  readonly Resources: Readonly<Record<string, TemplateResource>>;
  readonly Outputs: Readonly<Record<string, unknown>>;
}

/** A variable in a text for `sub`. */
export const variable = (name: string): string => `\${${name}}`;

export const PARTITION = variable('AWS::Partition');
export const ACCOUNT = variable('AWS::AccountId');
export const REGION = variable('AWS::Region');
export const HUB_ACCOUNT = variable('HubAccount');
export const HUB_REGION = variable('HubRegion');
export const INSTALLATION = variable('Installation');

/** Intrinsic functions in their long form, which plain YAML can say. */
export const sub = (text: string) => ({ 'Fn::Sub': text });

/** An IAM statement that allows. */
export function allow(
  Sid: string,
  Action: readonly string[],
  Resource: unknown,
  Condition?: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  return { Sid, Effect: 'Allow', Action, Resource, ...(Condition && { Condition }) };
}

export function policyDocument(...Statement: readonly unknown[]): Readonly<Record<string, unknown>> {
  return { Version: '2012-10-17', Statement };
}
