import { TagRole$, type TagRoleRequest } from '@aws-sdk/client-iam';
import { operation } from '#sandbox/operation.ts';
import { changeRole, existingRole, roleResource } from './existing.ts';
import { required } from './field-rules.ts';
import { silentTrail } from './iam-trail.ts';
import { mergeTags } from './tags.ts';

/** TagRole: merges; tags that are not named stay. */
export const tagRole = operation<TagRoleRequest, Record<string, never>>({
  schema: TagRole$,
  mutating: true,
  resource: roleResource,
  run(call, input) {
    const role = existingRole(call, input.RoleName);
    changeRole(call, role, { tags: mergeTags(role.tags, required('tags', input.Tags), 'this role') });
    return {};
  },
  trail: silentTrail,
});
