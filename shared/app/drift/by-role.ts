import type { Principal } from '#shared/domain/principal.ts';

/** Whether a call was made with the role of that name in that account, whatever the session. */
export function isByRole(
  { issuerArn, arn }: Pick<Principal, 'issuerArn' | 'arn'>,
  account: string,
  roleName: string,
): boolean {
  if (issuerArn !== undefined) {
    const [, , service, , owner, resource] = issuerArn.split(':');
    return service === 'iam' && owner === account && resource === `role/${roleName}`;
  }
  const [, , service, , owner, resource] = (arn ?? '').split(':');
  return service === 'sts' && owner === account && (resource ?? '').startsWith(`assumed-role/${roleName}/`);
}
