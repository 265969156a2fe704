import { AwsError } from '../aws-error.ts';
import type { AccessQuestion } from '../cloud/access.ts';
import { taggedResource } from '../eks/tagged-resource.ts';
import { roleByArn, shownTrustPolicy } from '../iam/trust-policy.ts';
import type { Call } from '../operation.ts';
import { isObject } from '../wire/json-shape.ts';

/** What a call of EKS, IAM or STS needs to be allowed. */
export type ControlPlaneNeed = Omit<AccessQuestion, 'principal'>;

/** One call, read. */
export interface ControlPlaneCall {
  readonly call: Call;
  /** `eks`, `iam`, `sts` */
  readonly service: string;
  readonly operationName: string;
  /** The ARN that the operation names as what it is about. */
  readonly resource: string;
  readonly input: unknown;
}

type Context = Record<string, string | readonly string[]>;
type Input = Readonly<Record<string, unknown>>;

/** Which services get a role from which operation: the caller must be allowed to pass it. */
const PASSED_TO: Readonly<Record<string, string>> = {
  'eks:CreatePodIdentityAssociation': 'pods.eks.amazonaws.com',
  'eks:UpdatePodIdentityAssociation': 'pods.eks.amazonaws.com',
  'eks:CreateCluster': 'eks.amazonaws.com',
  // Who takes on an add-on's role is the add-on's service account, by way of OpenID Connect (facts §3.2).
  'eks:CreateAddon': 'eks.amazonaws.com',
  'eks:UpdateAddon': 'eks.amazonaws.com',
};

/** Everything that a call needs, the action itself first. */
export function controlPlaneNeeds(given: ControlPlaneCall): readonly ControlPlaneNeed[] {
  const input = isObject(given.input) ? given.input : {};
  switch (given.service) {
    case 'eks':
      return eksNeeds(given, input);
    case 'iam':
      return [need(given, `iam:${given.operationName}`, given.resource, iamContext(given, input))];
    case 'sts':
      return given.operationName === 'AssumeRole' ? [assumeRoleNeed(given, input)] : [];
    default:
      throw new Error(`the front door does not know the service ${given.service}`);
  }
}

function need(
  { call }: ControlPlaneCall,
  action: string,
  resource: string,
  context: Context,
  resourcePolicy?: string,
): ControlPlaneNeed {
  const account = resource.split(':')[4] || call.account;
  return { action, resource, account, region: call.region, context, resourcePolicy };
}

function eksNeeds(given: ControlPlaneCall, input: Input): readonly ControlPlaneNeed[] {
  const { call, operationName, resource } = given;
  const requested = requestedTags(input);
  const action = `eks:${operationName}`;
  const own = need(given, action, resource, {
    ...requested,
    ...tagKeys('aws:ResourceTag', eksTags(call, resource)),
  });
  // Making something with tags needs the permission to tag (facts §4.5: so CloudFormation's handlers say).
  const isTagging = operationName.startsWith('Create') && requested['aws:TagKeys'] !== undefined;
  const tagging = isTagging ? [need(given, 'eks:TagResource', madeArn(given, input), requested)] : [];
  return [own, ...tagging, ...passNeeds(given, input, action)];
}

/** What an operation makes has no id yet: a policy must allow it for any. */
function madeArn({ operationName, resource }: ControlPlaneCall, input: Input): string {
  if (operationName !== 'CreatePodIdentityAssociation') return resource;
  return `${resource.replace(/:cluster\/.*$/, '')}:podidentityassociation/${String(input['clusterName'])}/*`;
}

/** PassRole for every role that is handed over, and GetRole where EKS looks at it for the caller (facts §4.5). */
function passNeeds(given: ControlPlaneCall, input: Input, action: string): readonly ControlPlaneNeed[] {
  const service = PASSED_TO[action];
  if (service === undefined) return [];
  const ofAddon = Array.isArray(input['podIdentityAssociations'])
    ? (input['podIdentityAssociations'] as unknown[]).map((one) => isObject(one) && one['roleArn'])
    : [];
  const isAssociation = action.endsWith('PodIdentityAssociation');
  return [
    ...passed(given, [input['roleArn'], input['serviceAccountRoleArn']], service, isAssociation),
    ...passed(given, ofAddon, 'pods.eks.amazonaws.com', true),
  ];
}

function passed(
  given: ControlPlaneCall,
  roleArns: readonly unknown[],
  service: string,
  isLookedAt: boolean,
): readonly ControlPlaneNeed[] {
  return (
    roleArns
      .filter((arn): arn is string => typeof arn === 'string' && arn !== '')
      .flatMap((arn) => {
        const tags = roleTags(given.call, arn);
        const pass = need(given, 'iam:PassRole', arn, { ...tags, 'iam:PassedToService': service });
        return isLookedAt ? [pass, need(given, 'iam:GetRole', arn, tags)] : [pass];
      })
      // A role of another account is refused by EKS itself, in words of its own (facts §1.4).
      .filter(({ account }) => account === given.call.account)
  );
}

function iamContext({ call, resource }: ControlPlaneCall, input: Input): Context {
  const policyArn = input['PolicyArn'];
  return {
    ...requestedTags(input),
    ...roleTags(call, resource),
    ...(typeof policyArn === 'string' ? { 'iam:PolicyARN': policyArn } : {}),
  };
}

/** What a role's trust policy and the caller's own policies say together. AssumeRole looks at the rest itself. */
function assumeRoleNeed(given: ControlPlaneCall, input: Input): ControlPlaneNeed {
  const { call, resource } = given;
  const role = roleByArn(call.world, resource);
  const context: Context = { ...roleTags(call, resource), ...sessionTagKeys(input) };
  const keys = {
    'sts:ExternalId': 'ExternalId',
    'sts:RoleSessionName': 'RoleSessionName',
    'sts:SourceIdentity': 'SourceIdentity',
  };
  for (const [key, member] of Object.entries(keys)) {
    const value = input[member];
    if (typeof value === 'string') context[key] = value;
  }
  return need(given, 'sts:AssumeRole', resource, context, role && shownTrustPolicy(call.world, role));
}

/** Tags as EKS takes them (a map, or keys to take away) and as IAM does (a list). */
function requestedTags(input: Input): Context {
  const { tags, tagKeys: untagged, Tags: listed, TagKeys: unlisted } = input;
  if (isObject(tags)) return { ...tagKeys('aws:RequestTag', stringsOf(tags)), ...keysOf(Object.keys(tags)) };
  if (Array.isArray(listed)) return sessionTagKeys(input);
  const taken: unknown = untagged ?? unlisted;
  return Array.isArray(taken) ? keysOf((taken as unknown[]).map(String)) : {};
}

function sessionTagKeys({ Tags }: Input): Context {
  const tags = Array.isArray(Tags) ? (Tags as unknown[]).filter(isObject) : [];
  const map = Object.fromEntries(tags.map((tag) => [String(tag['Key']), String(tag['Value'])]));
  return { ...tagKeys('aws:RequestTag', map), ...keysOf(Object.keys(map)) };
}

function keysOf(keys: readonly string[]): Context {
  return keys.length === 0 ? {} : { 'aws:TagKeys': keys };
}

function tagKeys(prefix: string, tags: Readonly<Record<string, string>>): Context {
  return Object.fromEntries(Object.entries(tags).map(([key, value]) => [`${prefix}/${key}`, value]));
}

function stringsOf(map: Input): Record<string, string> {
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [key, String(value)]));
}

/**
 * The tags of what a call is about. What is not there has none, so that a policy which wants a tag refuses: EKS decides
 * on access before it says that something does not exist. That it does so for associations is inferred (facts §4.5).
 */
function eksTags(call: Call, resource: string): Readonly<Record<string, string>> {
  if (!resource.startsWith('arn:')) return {};
  try {
    return taggedResource(call, resource).tags;
  } catch (error) {
    if (error instanceof AwsError) return {};
    throw error;
  }
}

function roleTags(call: Call, roleArn: string): Context {
  const tags = roleByArn(call.world, roleArn)?.tags ?? {};
  return { ...tagKeys('aws:ResourceTag', tags), ...tagKeys('iam:ResourceTag', tags) };
}
