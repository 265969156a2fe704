import type { Role } from '#shared/domain/role.ts';
import type { CallOptions } from './pod-identity.ts';

/** Reads IAM roles of one account. There is no writing: Rolecall says what to change and changes no IAM. */
export interface Roles {
  /**
   * The role, or `undefined` when the account has none of that name (names are unique whatever the path and case).
   * Fails with `AppError`; `aws.accessDenied` also when the account is not the caller's.
   */
  get(account: string, roleName: string, options?: CallOptions): Promise<Role | undefined>;
}
