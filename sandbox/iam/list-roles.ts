import { ListRoles$, type ListRolesRequest, type ListRolesResponse } from '@aws-sdk/client-iam';
import { operation } from '#sandbox/operation.ts';
import { iamOf } from './existing.ts';
import { page } from './paging.ts';
import { rolesUnder } from './role-pages.ts';
import { listedRole } from './role-view.ts';

/** ListRoles: without tags and boundaries, which only GetRole tells (facts §9.1). */
export const listRoles = operation<ListRolesRequest, ListRolesResponse>({
  schema: ListRoles$,
  mutating: false,
  run(call, input) {
    const { items, ...rest } = page(rolesUnder(iamOf(call), input.PathPrefix), input);
    return { Roles: items.map((role) => listedRole(call.world, role)), ...rest };
  },
});
