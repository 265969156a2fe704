import { type RequestContext, requestContext } from '#shared/iam/context.ts';
import type { Caller } from '../caller.ts';
import type { AccessQuestion, Principal } from '../cloud/access.ts';
import { roleByArn } from '../iam/trust-policy.ts';
import type { World } from '../world.ts';
import type { Actor } from './actor.ts';

/** What is true of the whole sandbox. */
export interface Surroundings {
  readonly world: World;
  /** The organisation that every account belongs to; none unless given. */
  readonly organisationId?: string | undefined;
}

type Keys = Record<string, string | readonly string[]>;

/**
 * Keys that requests in the sandbox never have: there are no networks of one's own, no devices for MFA, no identity
 * providers, and no organisation unless one is given. Whatever is named nowhere here is not known, and refuses.
 */
const NEVER_THERE = [
  'aws:CalledVia',
  'aws:CalledViaFirst',
  'aws:CalledViaLast',
  'aws:FederatedProvider',
  'aws:MultiFactorAuthAge',
  'aws:MultiFactorAuthPresent',
  'aws:PrincipalOrgID',
  'aws:PrincipalOrgPaths',
  'aws:PrincipalServiceNamesList',
  'aws:ResourceOrgID',
  'aws:ResourceOrgPaths',
  'aws:SourceOrgID',
  'aws:SourceOrgPaths',
  'aws:SourceVpc',
  'aws:SourceVpce',
  'aws:VpcSourceIp',
] as const;

const TAGS_IN_REQUEST = ['aws:RequestTag/*', 'aws:TagKeys'];

/**
 * By service: the keys that a request lacks unless the question names them. Tags of queues, buses, topics, functions and
 * tables are not in the graph, so that a policy which looks at them cannot be decided.
 */
const ABSENT_UNLESS_TOLD: Readonly<Record<string, readonly string[]>> = {
  eks: [...TAGS_IN_REQUEST, 'aws:ResourceTag/*'],
  iam: [...TAGS_IN_REQUEST, 'aws:ResourceTag/*', 'iam:ResourceTag/*', 'iam:PassedToService', 'iam:PolicyARN'],
  sts: [
    ...TAGS_IN_REQUEST,
    'aws:ResourceTag/*',
    'iam:ResourceTag/*',
    'sts:ExternalId',
    'sts:RoleSessionName',
    'sts:SourceIdentity',
    'sts:TransitiveTagKeys',
  ],
  sqs: TAGS_IN_REQUEST,
  sns: TAGS_IN_REQUEST,
  events: TAGS_IN_REQUEST,
  lambda: TAGS_IN_REQUEST,
  dynamodb: TAGS_IN_REQUEST,
};

/** The condition keys of one request, in one place for all services and all who ask. */
export function requestKeys(around: Surroundings, actor: Actor, question: AccessQuestion): RequestContext {
  const { world, organisationId } = around;
  const [service = ''] = question.action.split(':');
  const known: Keys = {
    ...momentKeys(world.clock.now()),
    'aws:RequestedRegion': question.region,
    'aws:ResourceAccount': question.account,
    'aws:SecureTransport': 'true',
    'aws:ViaAWSService': 'false',
    ...(organisationId === undefined ? {} : { 'aws:ResourceOrgID': organisationId }),
    ...sourceKeys(question.principal),
    ...(actor.caller ? callerKeys(world, actor.caller, organisationId) : {}),
    ...question.context,
  };
  const isService = actor.caller === undefined;
  return requestContext({
    known,
    absent: [
      ...NEVER_THERE,
      ...(ABSENT_UNLESS_TOLD[service] ?? []),
      ...(isService ? ['aws:PrincipalArn', 'aws:PrincipalAccount', 'aws:PrincipalType', 'aws:userid'] : []),
      ...(question.principal.kind === 'caller' ? ['aws:SourceArn', 'aws:SourceAccount'] : []),
      'aws:PrincipalTag/*',
      'aws:SourceIdentity',
      'aws:SourceOwner',
      'aws:username',
    ],
    otherwise: 'unknown',
  });
}

function momentKeys(now: number): Keys {
  return {
    'aws:CurrentTime': new Date(now).toISOString(),
    'aws:EpochTime': String(Math.floor(now / 1000)),
  };
}

/** For whom a service acts. With a role it shows the role and not the source; then the source is not known. */
function sourceKeys(principal: Principal): Keys {
  if (principal.kind !== 'service') return { 'aws:PrincipalIsAWSService': 'false' };
  const { service, sourceArn, sourceAccount } = principal;
  return {
    'aws:PrincipalIsAWSService': 'true',
    'aws:PrincipalServiceName': service,
    ...(sourceArn === undefined ? {} : { 'aws:SourceArn': sourceArn }),
    ...(sourceAccount === undefined ? {} : { 'aws:SourceAccount': sourceAccount }),
    // Only CloudWatch's alarms tell topics the older key, which the default policy of a topic looks at.
    ...(service === 'cloudwatch.amazonaws.com' && sourceAccount !== undefined
      ? { 'aws:SourceOwner': sourceAccount }
      : {}),
  };
}

function callerKeys(world: World, caller: Caller, organisationId: string | undefined): Keys {
  return {
    'aws:PrincipalAccount': caller.account,
    ...(organisationId === undefined ? {} : { 'aws:PrincipalOrgID': organisationId }),
    ...(caller.kind === 'user' ? userKeys(caller) : sessionKeys(world, caller)),
  };
}

function userKeys({ arn, userName }: Extract<Caller, { kind: 'user' }>): Keys {
  return { 'aws:PrincipalArn': arn, 'aws:PrincipalType': 'User', 'aws:username': userName };
}

/** A session's tags win over its role's of the same key (facts §4.2). */
function sessionKeys(world: World, caller: Extract<Caller, { kind: 'assumedRole' }>): Keys {
  const tags = { ...roleByArn(world, caller.roleArn)?.tags, ...caller.sessionTags };
  return {
    'aws:PrincipalArn': caller.roleArn,
    'aws:PrincipalType': 'AssumedRole',
    'aws:userid': `${caller.roleId}:${caller.sessionName}`,
    'aws:TokenIssueTime': new Date(caller.issuedAt).toISOString(),
    ...(caller.sourceIdentity === undefined ? {} : { 'aws:SourceIdentity': caller.sourceIdentity }),
    ...Object.fromEntries(Object.entries(tags).map(([key, value]) => [`aws:PrincipalTag/${key}`, value])),
  };
}
