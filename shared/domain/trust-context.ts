import { type ContextDescription, type RequestContext, requestContext } from '#shared/iam/context.ts';
import { parseRoleArn } from './role.ts';
import { knownSessionTags, POD_SESSION_TAG_KEYS, SESSION_TAG_KEYS } from './session-tags.ts';
import {
  externalIdOf,
  POD_IDENTITY_PRINCIPAL,
  type PodIdentitySituation,
  type TargetRoleSituation,
} from './trust-situation.ts';

type Known = NonNullable<ContextDescription['known']>;

/** Keys that neither a service nor a role session ever has. */
const NEVER_THERE = ['aws:username', 'aws:MultiFactorAuthPresent', 'aws:MultiFactorAuthAge'];

/** What STS sees when EKS Pod Identity assumes the association's role (facts §4.1, §4.2, §7.2). */
export function podIdentityContext(situation: PodIdentitySituation, sourceArn: string): RequestContext {
  const tags = sessionTags(situation);
  return requestContext({
    known: {
      ...tags.known,
      ...roleTags(situation),
      'aws:SourceAccount': situation.account,
      'aws:SourceArn': sourceArn,
      'aws:PrincipalIsAWSService': 'true',
      'aws:PrincipalServiceName': POD_IDENTITY_PRINCIPAL,
      'aws:ResourceAccount': situation.account,
      ...(situation.orgId !== undefined && {
        'aws:SourceOrgID': situation.orgId,
        'aws:ResourceOrgID': situation.orgId,
      }),
      ...(!situation.sessionTagsDisabled && {
        'aws:TagKeys': SESSION_TAG_KEYS,
        'sts:TransitiveTagKeys': SESSION_TAG_KEYS,
      }),
    },
    absent: [
      ...tags.absent,
      ...absentRoleTags(situation),
      ...NEVER_THERE,
      // A service principal has no tags, no organisation and no identity provider, and EKS sends no more than
      // name, duration and tags (facts §7.2).
      'aws:PrincipalTag/*',
      'aws:PrincipalOrgID',
      'aws:PrincipalOrgPaths',
      'aws:FederatedProvider',
      'aws:SourceIdentity',
      'sts:SourceIdentity',
      'sts:ExternalId',
    ],
    unknown: tags.unknown,
    otherwise: 'unknown',
  });
}

/** What STS sees when the association's role assumes the target role, for one action (facts §4.3). */
export function targetRoleContext(situation: TargetRoleSituation, action: string): RequestContext {
  const tags = sessionTags(situation);
  const account = parseRoleArn(situation.roleArn)?.account;
  const targetAccount = parseRoleArn(situation.targetRoleArn)?.account;
  // Known only without session tags, and only where STS is sure to look at it: whether EKS sends it along with
  // session tags, and whether the check of sts:TagSession sees it, is not confirmed (facts §4.3, §12).
  const sendsExternalId = situation.sessionTagsDisabled && action === 'sts:AssumeRole';
  return requestContext({
    known: {
      ...tags.known,
      ...principalTags(situation),
      ...roleTags(situation),
      'aws:PrincipalArn': situation.roleArn,
      'aws:PrincipalType': 'AssumedRole',
      'aws:PrincipalIsAWSService': 'false',
      ...(account !== undefined && { 'aws:PrincipalAccount': account }),
      ...(targetAccount !== undefined && { 'aws:ResourceAccount': targetAccount }),
      ...(situation.orgId !== undefined && { 'aws:PrincipalOrgID': situation.orgId }),
      ...(sendsExternalId && { 'sts:ExternalId': externalIdOf(situation) }),
    },
    absent: [...tags.absent, ...absentRoleTags(situation), ...NEVER_THERE, 'aws:PrincipalServiceName'],
    // Without session tags the role's own tags are still the principal's, and they are not known here.
    unknown: [...tags.unknown, 'aws:PrincipalTag/*'],
    otherwise: 'unknown',
  });
}

interface TagKeys {
  readonly known: Known;
  readonly absent: readonly string[];
  readonly unknown: readonly string[];
}

function sessionTags(situation: PodIdentitySituation): TagKeys {
  if (situation.sessionTagsDisabled) {
    return { known: {}, absent: ['aws:RequestTag/*', 'aws:TagKeys', 'sts:TransitiveTagKeys'], unknown: [] };
  }
  return {
    known: prefixed('aws:RequestTag/', knownSessionTags(situation)),
    absent: ['aws:RequestTag/*'],
    unknown: POD_SESSION_TAG_KEYS.map((key) => `aws:RequestTag/${key}`),
  };
}

/** Session tags become the tags of the session, and win over the role's own of the same key (facts §4.2). */
function principalTags(situation: PodIdentitySituation): Known {
  return situation.sessionTagsDisabled ? {} : prefixed('aws:PrincipalTag/', knownSessionTags(situation));
}

function roleTags(situation: PodIdentitySituation): Known {
  const tags = situation.roleTags ?? {};
  return { ...prefixed('aws:ResourceTag/', tags), ...prefixed('iam:ResourceTag/', tags) };
}

function absentRoleTags(situation: PodIdentitySituation): readonly string[] {
  return situation.roleTags ? ['aws:ResourceTag/*', 'iam:ResourceTag/*'] : [];
}

function prefixed(prefix: string, tags: Readonly<Record<string, string>>): Known {
  return Object.fromEntries(Object.entries(tags).map(([key, value]) => [prefix + key, value]));
}
