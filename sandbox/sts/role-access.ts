import { policiesOf, policyCaller } from '#sandbox/iam/caller-policies.ts';
import type { RoleRecord } from '#sandbox/iam/role-record.ts';
import { roleByArn, shownTrustPolicy } from '#sandbox/iam/trust-policy.ts';
import type { Call } from '#sandbox/operation.ts';
import { authorize } from '#shared/iam/authorize.ts';
import { type RequestContext, requestContext } from '#shared/iam/context.ts';
import { parsePolicy } from '#shared/iam/parse-policy.ts';
import type { SessionTags } from './session-tags.ts';
import { notAuthorized } from './sts-errors.ts';

/** What AssumeRole asks for, as far as policies can look at it. */
export interface RoleRequest {
  readonly roleArn: string;
  readonly sessionName: string;
  readonly externalId?: string | undefined;
  readonly sourceIdentity?: string | undefined;
  readonly tags: SessionTags;
}

/**
 * The role, when its trust policy and the caller's own policies let the caller have it for everything that the request
 * does: assume it, tag the session, set a source identity. Refuses in AWS's words otherwise, and does so for a role
 * that is not there too, so that nobody learns which roles another account has.
 *
 * Whatever the policies ask for that the sandbox cannot know (a source address, say) counts as not given.
 */
export function authorizedRole(call: Call, request: RoleRequest): RoleRecord {
  const role = roleByArn(call.world, request.roleArn);
  for (const action of actionsOf(request)) {
    if (!role || !isAllowed(call, role, action, request)) {
      throw notAuthorized(call.caller.arn, action, request.roleArn);
    }
  }
  if (!role) throw notAuthorized(call.caller.arn, 'sts:AssumeRole', request.roleArn);
  return role;
}

function actionsOf(request: RoleRequest): readonly string[] {
  return [
    'sts:AssumeRole',
    ...(Object.keys(request.tags.effective).length > 0 ? ['sts:TagSession'] : []),
    ...(request.sourceIdentity === undefined ? [] : ['sts:SetSourceIdentity']),
  ];
}

function isAllowed(call: Call, role: RoleRecord, action: string, request: RoleRequest): boolean {
  const trust = parsePolicy(shownTrustPolicy(call.world, role), 'trust');
  if (trust.kind === 'malformed') return false;
  const { answer } = authorize({
    ...policiesOf(call.world, call.caller),
    caller: policyCaller(call.caller),
    action,
    resource: role.arn,
    resourceAccount: role.arn.split(':')[4] ?? '',
    resourcePolicy: trust.document,
    resourcePolicyDecides: true,
    context: contextOf(call, role, action, request),
  });
  return answer === 'allowed';
}

/**
 * The keys that each of the three actions sees. TagSession sees no external id and SetSourceIdentity no tags: so says
 * the Service Authorization Reference, and so AWS's own examples put TagSession in a statement of its own
 * (facts §4.3).
 */
function contextOf(call: Call, role: RoleRecord, action: string, request: RoleRequest): RequestContext {
  const known: Record<string, string | readonly string[]> = { ...commonKeys(call, role) };
  if (action !== 'sts:SetSourceIdentity') addTagKeys(known, request.tags);
  if (action === 'sts:AssumeRole') {
    known['sts:RoleSessionName'] = request.sessionName;
    if (request.externalId !== undefined) known['sts:ExternalId'] = request.externalId;
  }
  if (action !== 'sts:TagSession' && request.sourceIdentity !== undefined) {
    known['sts:SourceIdentity'] = request.sourceIdentity;
  }
  return requestContext({
    known,
    unknown: ['aws:SourceIp', 'aws:VpcSourceIp', 'aws:UserAgent', 'aws:Referer'],
    otherwise: 'absent',
  });
}

function addTagKeys(known: Record<string, string | readonly string[]>, tags: SessionTags): void {
  const passed = Object.entries(tags.effective);
  for (const [key, value] of passed) known[`aws:RequestTag/${key}`] = value;
  if (passed.length > 0) known['aws:TagKeys'] = passed.map(([key]) => key);
  if (tags.transitiveKeys.length > 0) known['sts:TransitiveTagKeys'] = tags.transitiveKeys;
}

function commonKeys(call: Call, role: RoleRecord): Record<string, string> {
  const { caller, now } = call;
  const keys: Record<string, string> = {
    'aws:CurrentTime': new Date(now).toISOString(),
    'aws:EpochTime': String(Math.floor(now / 1000)),
    'aws:PrincipalAccount': caller.account,
    'aws:PrincipalArn': caller.kind === 'assumedRole' ? caller.roleArn : caller.arn,
    'aws:PrincipalType': caller.kind === 'assumedRole' ? 'AssumedRole' : 'User',
    'aws:PrincipalIsAWSService': 'false',
    'aws:RequestedRegion': call.region,
    'aws:ResourceAccount': role.arn.split(':')[4] ?? '',
    'aws:SecureTransport': 'true',
    'aws:ViaAWSService': 'false',
  };
  for (const [key, value] of Object.entries(role.tags)) {
    keys[`aws:ResourceTag/${key}`] = value;
    keys[`iam:ResourceTag/${key}`] = value;
  }
  return { ...keys, ...(caller.kind === 'user' ? { 'aws:username': caller.userName } : sessionKeys(call)) };
}

/** A session's tags win over its role's of the same key (facts §4.2). */
function sessionKeys(call: Call): Record<string, string> {
  const { caller, world } = call;
  if (caller.kind !== 'assumedRole') return {};
  const tags = { ...roleByArn(world, caller.roleArn)?.tags, ...caller.sessionTags };
  return {
    'aws:userid': `${caller.roleId}:${caller.sessionName}`,
    'aws:TokenIssueTime': new Date(caller.issuedAt).toISOString(),
    ...(caller.sourceIdentity === undefined ? {} : { 'aws:SourceIdentity': caller.sourceIdentity }),
    ...Object.fromEntries(Object.entries(tags).map(([key, value]) => [`aws:PrincipalTag/${key}`, value])),
  };
}
