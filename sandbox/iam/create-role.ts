import { CreateRole$, type CreateRoleRequest, type CreateRoleResponse } from '@aws-sdk/client-iam';
import { type Call, operation } from '#sandbox/operation.ts';
import { iamOf } from './existing.ts';
import {
  checkDescription,
  checkMaxSessionDuration,
  checkPath,
  checkRoleName,
  required,
} from './field-rules.ts';
import { alreadyExists, limitExceeded, noSuchBoundary } from './iam-errors.ts';
import { lowerCamel } from './iam-trail.ts';
import type { RoleRecord } from './role-record.ts';
import { createdRole } from './role-view.ts';
import { mergeTags } from './tags.ts';
import { storeTrust } from './trust-policy.ts';
import { uniqueId } from './unique-id.ts';

/** CreateRole: a role of a name that no other role has, whatever its case and path. */
export const createRole = operation<CreateRoleRequest, CreateRoleResponse>({
  schema: CreateRole$,
  mutating: true,
  resource: (call, input) =>
    `arn:${call.partition}:iam::${call.account}:role${input.Path ?? '/'}${input.RoleName ?? ''}`,
  run(call, input) {
    const iam = iamOf(call);
    const role = roleFrom(call, input);
    if (iam.role(role.roleName)) throw alreadyExists(`Role with name ${role.roleName} already exists.`);
    if (iam.roleCount() >= iam.roleQuota) {
      throw limitExceeded(`Cannot exceed quota for RolesPerAccount: ${iam.roleQuota}`);
    }
    iam.putRole(role, call.now);
    return { Role: createdRole(call.world, role) };
  },
  trail: {
    requestParameters: lowerCamel,
    responseElements: lowerCamel,
  },
});

function roleFrom(call: Call, input: CreateRoleRequest): RoleRecord {
  const roleName = checkRoleName(input.RoleName);
  const path = checkPath(input.Path);
  const description = checkDescription(input.Description);
  const maxSessionDuration = checkMaxSessionDuration(input.MaxSessionDuration);
  const tags = mergeTags({}, input.Tags, 'this role');
  const trust = storeTrust(call, required('assumeRolePolicyDocument', input.AssumeRolePolicyDocument));
  const boundary = input.PermissionsBoundary;
  if (boundary !== undefined && !iamOf(call).policy(boundary)) throw noSuchBoundary(boundary);
  const sequence = iamOf(call).nextSequence();
  return {
    roleName,
    roleId: uniqueId('AROA', `${call.account} ${roleName} ${call.now} ${sequence}`),
    path,
    arn: `arn:${call.partition}:iam::${call.account}:role${path}${roleName}`,
    createDate: wholeSeconds(call.now),
    ...trust,
    ...(description === undefined ? {} : { description }),
    maxSessionDuration,
    ...(boundary === undefined ? {} : { permissionsBoundaryArn: boundary }),
    tags,
    inlinePolicies: {},
    attachedPolicyArns: [],
  };
}

/** IAM's times have no fraction of a second. */
function wholeSeconds(epochMs: number): number {
  return Math.floor(epochMs / 1000) * 1000;
}
