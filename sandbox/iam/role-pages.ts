import type { IamState } from './iam-state.ts';
import type { PagedSource } from './paging.ts';
import type { RoleRecord } from './role-record.ts';

/** The roles whose path begins with the prefix; all of them when there is none. */
export function rolesUnder(iam: IamState, pathPrefix: string | undefined): PagedSource<RoleRecord> {
  return {
    *after(position) {
      for (const found of iam.rolesAfter(position)) {
        if (found.item.path.startsWith(pathPrefix ?? '/')) yield found;
      }
    },
  };
}
