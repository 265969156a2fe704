import { type AssociationItem, rolesOf } from '#shared/domain/registry/association-item.ts';
import { parseRoleArn } from '#shared/domain/role.ts';
import type {
  AssociationRef,
  Page,
  Paging,
  RoleName,
  RoleUse,
} from '#shared/ports/registry/registry-lists.ts';
import type { RegistryDeps } from './registry-deps.ts';

/** An association that uses a role. */
export interface RoleUser {
  readonly item: AssociationItem;
  readonly as: RoleUse['as'];
}

/** The role that a person or an event means: an ARN, or `account/name`; `undefined` when it is neither. */
export function parseRole(text: string): RoleName | undefined {
  const arn = parseRoleArn(text);
  if (arn) return { account: arn.account, roleName: arn.roleName };
  const match = /^(\d{12})\/([\w+=,.@-]{1,64})$/.exec(text);
  const [, account, roleName] = match ?? [];
  return account && roleName ? { account, roleName } : undefined;
}

/**
 * Everything that uses a role, as role or as target role, in pages: what was released, and where nothing was, what was
 * seen. Two requests for each page of each kind of use: one of the index, one of the items.
 */
export async function* whoUses(
  { registry }: Pick<RegistryDeps, 'registry'>,
  role: RoleName,
  paging: Pick<Paging, 'limit'> = {},
): AsyncGenerator<readonly RoleUser[], void, undefined> {
  for (const as of ['role', 'targetRole'] as const) {
    let cursor: string | undefined;
    do {
      const page: Page<AssociationRef> = await registry.usersOfRole(role, as, { ...paging, cursor });
      const items = page.items.length > 0 ? await registry.get(page.items) : [];
      // The index tells what was; the items tell what is.
      const users = items.filter((item) => item !== undefined).filter((item) => isUser(item, role, as));
      if (users.length > 0) yield users.map((item) => ({ item, as }));
      cursor = page.cursor;
    } while (cursor !== undefined);
  }
}

function isUser(item: AssociationItem, role: RoleName, as: RoleUse['as']): boolean {
  const { roleArn, targetRoleArn } = rolesOf(item);
  const parts = parseRoleArn((as === 'role' ? roleArn : targetRoleArn) ?? '');
  return parts?.account === role.account && parts.roleName.toLowerCase() === role.roleName.toLowerCase();
}
