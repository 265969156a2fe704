import type {
  AttachedPermissionsBoundary,
  PermissionsBoundaryAttachmentType,
  Role,
} from '@aws-sdk/client-iam';
import type { World } from '#sandbox/world.ts';
import { encodeDocument } from './policy-document.ts';
import type { RoleRecord } from './role-record.ts';
import { shownTags } from './tags.ts';
import { shownTrustPolicy } from './trust-policy.ts';

/** A role as ListRoles shows it: without tags and boundary (facts §9.1). */
export function listedRole(world: World, role: RoleRecord): Role {
  return {
    Path: role.path,
    RoleName: role.roleName,
    RoleId: role.roleId,
    Arn: role.arn,
    CreateDate: new Date(role.createDate),
    AssumeRolePolicyDocument: encodeDocument(shownTrustPolicy(world, role)),
    ...(role.description === undefined ? {} : { Description: role.description }),
    MaxSessionDuration: role.maxSessionDuration,
  };
}

/** A role as GetRole shows it. */
export function describedRole(world: World, role: RoleRecord): Role {
  return { ...createdRole(world, role), RoleLastUsed: {} };
}

/** A role as CreateRole answers it: nobody has used it yet. */
export function createdRole(world: World, role: RoleRecord): Role {
  return { ...listedRole(world, role), ...boundaryAndTags(role) };
}

/** The members that only a role's full views have; absent when the role has none. */
export function boundaryAndTags(role: RoleRecord): Pick<Role, 'PermissionsBoundary' | 'Tags'> {
  const tags = shownTags(role.tags);
  return {
    ...(role.permissionsBoundaryArn === undefined
      ? {}
      : { PermissionsBoundary: attachedBoundary(role.permissionsBoundaryArn) }),
    ...(tags.length === 0 ? {} : { Tags: tags }),
  };
}

/**
 * The model's only value for the type is `PermissionsBoundaryPolicy`; its documentation and CloudTrail's records say
 * `Policy`, and that is what AWS sends (facts §5.3).
 */
function attachedBoundary(arn: string): AttachedPermissionsBoundary {
  return {
    PermissionsBoundaryType: 'Policy' as PermissionsBoundaryAttachmentType,
    PermissionsBoundaryArn: arn,
  };
}
