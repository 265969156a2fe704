import { UntagRole$, type UntagRoleRequest } from '@aws-sdk/client-iam';
import { operation } from '#sandbox/operation.ts';
import { changeRole, existingRole, roleResource } from './existing.ts';
import { silentTrail } from './iam-trail.ts';
import { withoutTags } from './tags.ts';

/** UntagRole: keys that are not there are no error. */
export const untagRole = operation<UntagRoleRequest, Record<string, never>>({
  schema: UntagRole$,
  mutating: true,
  resource: roleResource,
  run(call, input) {
    const role = existingRole(call, input.RoleName);
    changeRole(call, role, { tags: withoutTags(role.tags, input.TagKeys) });
    return {};
  },
  trail: silentTrail,
});
