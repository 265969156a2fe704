import {
  ListRolePolicies$,
  type ListRolePoliciesRequest,
  type ListRolePoliciesResponse,
} from '@aws-sdk/client-iam';
import { operation } from '#sandbox/operation.ts';
import { existingRole, roleResource } from './existing.ts';
import { named, page } from './paging.ts';

/** ListRolePolicies: the names of the inline policies. */
export const listRolePolicies = operation<ListRolePoliciesRequest, ListRolePoliciesResponse>({
  schema: ListRolePolicies$,
  mutating: false,
  resource: roleResource,
  run(call, input) {
    const role = existingRole(call, input.RoleName);
    const names = Object.keys(role.inlinePolicies);
    const { items, ...rest } = page(
      named(names, (name) => name),
      input,
    );
    return { PolicyNames: [...items], ...rest };
  },
});
