import {
  type EntityType,
  GetAccountAuthorizationDetails$,
  type GetAccountAuthorizationDetailsRequest,
  type GetAccountAuthorizationDetailsResponse,
  type ManagedPolicyDetail,
  type RoleDetail,
} from '@aws-sdk/client-iam';
import { type Call, operation } from '#sandbox/operation.ts';
import { attachedPolicies } from './attached-policies.ts';
import { iamOf } from './existing.ts';
import { constraintError } from './iam-errors.ts';
import type { IamState } from './iam-state.ts';
import type { ManagedPolicy } from './managed-policy.ts';
import { type PagedSource, page } from './paging.ts';
import { encodeDocument } from './policy-document.ts';
import { describedVersion, listedPolicy } from './policy-view.ts';
import type { RoleRecord } from './role-record.ts';
import { boundaryAndTags } from './role-view.ts';
import { shownTrustPolicy } from './trust-policy.ts';

const KINDS = [
  'User',
  'Role',
  'Group',
  'LocalManagedPolicy',
  'AWSManagedPolicy',
] as const satisfies EntityType[];

type Entity =
  | { readonly kind: 'role'; readonly role: RoleRecord }
  | { readonly kind: 'policy'; readonly policy: ManagedPolicy };

/**
 * GetAccountAuthorizationDetails: the bulk read of roles with their policies, tags and boundaries, and of the managed
 * policies. There are no users and groups here. AWS's own policies are listed where a role has them.
 */
export const getAccountAuthorizationDetails = operation<
  GetAccountAuthorizationDetailsRequest,
  GetAccountAuthorizationDetailsResponse
>({
  schema: GetAccountAuthorizationDetails$,
  mutating: false,
  run(call, input) {
    const wanted = checkFilter(input.Filter);
    const { items, ...rest } = page(entities(iamOf(call), wanted), input);
    return {
      UserDetailList: [],
      GroupDetailList: [],
      RoleDetailList: items.flatMap((entity) =>
        entity.kind === 'role' ? [roleDetail(call, entity.role)] : [],
      ),
      Policies: items.flatMap((entity) =>
        entity.kind === 'policy' ? [policyDetail(call, entity.policy)] : [],
      ),
      ...rest,
    };
  },
});

function checkFilter(filter: readonly EntityType[] | undefined): ReadonlySet<EntityType> {
  const unknown = filter?.find((kind) => !KINDS.includes(kind));
  if (unknown !== undefined)
    throw constraintError('filter', unknown, `satisfy enum value set: [${KINDS.join(', ')}]`);
  return new Set(filter === undefined || filter.length === 0 ? KINDS : filter);
}

/** Roles first, then policies by ARN; positions begin with `r` or `p`. */
function entities(iam: IamState, wanted: ReadonlySet<EntityType>): PagedSource<Entity> {
  return {
    *after(position) {
      const [kind, rest] =
        position === undefined ? ['r', undefined] : [position.charAt(0), position.slice(1)];
      if (kind === 'r' && wanted.has('Role')) {
        for (const found of iam.rolesAfter(rest)) {
          yield { position: `r${found.position}`, item: { kind: 'role', role: found.item } };
        }
      }
      for (const policy of policiesAfter(iam, wanted, kind === 'p' ? rest : undefined)) {
        yield { position: `p${policy.arn}`, item: { kind: 'policy', policy } };
      }
    },
  };
}

function policiesAfter(
  iam: IamState,
  wanted: ReadonlySet<EntityType>,
  arn: string | undefined,
): readonly ManagedPolicy[] {
  const policies = [
    ...(wanted.has('LocalManagedPolicy') ? iam.policies() : []),
    ...(wanted.has('AWSManagedPolicy') ? iam.attachedAwsPolicies() : []),
  ];
  return policies
    .filter((policy) => arn === undefined || policy.arn > arn)
    .sort((left, right) => (left.arn < right.arn ? -1 : 1));
}

function roleDetail(call: Call, role: RoleRecord): RoleDetail {
  return {
    Path: role.path,
    RoleName: role.roleName,
    RoleId: role.roleId,
    Arn: role.arn,
    CreateDate: new Date(role.createDate),
    AssumeRolePolicyDocument: encodeDocument(shownTrustPolicy(call.world, role)),
    InstanceProfileList: [],
    RolePolicyList: Object.entries(role.inlinePolicies).map(([PolicyName, document]) => ({
      PolicyName,
      PolicyDocument: encodeDocument(document),
    })),
    AttachedManagedPolicies: attachedPolicies(role),
    Tags: [],
    ...boundaryAndTags(role),
    RoleLastUsed: {},
  };
}

function policyDetail(call: Call, policy: ManagedPolicy): ManagedPolicyDetail {
  return {
    ...listedPolicy(iamOf(call), policy),
    PolicyVersionList: policy.versions.map((version) => describedVersion(policy, version)),
  };
}
