import { ListRoleTags$, type ListRoleTagsRequest, type ListRoleTagsResponse } from '@aws-sdk/client-iam';
import { operation } from '#sandbox/operation.ts';
import { existingRole, roleResource } from './existing.ts';
import { named, page } from './paging.ts';

/** ListRoleTags, in the order of their keys. */
export const listRoleTags = operation<ListRoleTagsRequest, ListRoleTagsResponse>({
  schema: ListRoleTags$,
  mutating: false,
  resource: roleResource,
  run(call, input) {
    const role = existingRole(call, input.RoleName);
    const { items, ...rest } = page(
      named(Object.entries(role.tags), ([key]) => key),
      input,
    );
    return { Tags: items.map(([Key, Value]) => ({ Key, Value })), ...rest };
  },
});
