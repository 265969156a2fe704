import { PutRolePermissionsBoundary$, type PutRolePermissionsBoundaryRequest } from '@aws-sdk/client-iam';
import { operation } from '#sandbox/operation.ts';
import { changeRole, existingRole, iamOf, roleResource } from './existing.ts';
import { required } from './field-rules.ts';
import { noSuchBoundary } from './iam-errors.ts';
import { silentTrail } from './iam-trail.ts';

/** PutRolePermissionsBoundary: any managed policy may be a boundary. */
export const putRolePermissionsBoundary = operation<PutRolePermissionsBoundaryRequest, Record<string, never>>(
  {
    schema: PutRolePermissionsBoundary$,
    mutating: true,
    resource: roleResource,
    run(call, input) {
      const role = existingRole(call, input.RoleName);
      const boundary = required('permissionsBoundary', input.PermissionsBoundary);
      if (!iamOf(call).policy(boundary)) throw noSuchBoundary(boundary);
      changeRole(call, role, { permissionsBoundaryArn: boundary });
      return {};
    },
    trail: silentTrail,
  },
);
