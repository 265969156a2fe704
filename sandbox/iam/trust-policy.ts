import type { Call } from '#sandbox/operation.ts';
import type { World } from '#sandbox/world.ts';
import { malformedPolicy } from './iam-errors.ts';
import {
  checkDocumentSize,
  checkPolicyDocument,
  isObject,
  type JsonObject,
  type JsonValue,
  listOf,
} from './policy-document.ts';
import type { RoleRecord } from './role-record.ts';

/** A trust policy as IAM keeps it: the text, and the unique ids behind the roles that it names. */
export type StoredTrust = Pick<RoleRecord, 'trustPolicy' | 'trustedRoleIds'>;

const ROLE_ARN = /^arn:aws[a-z-]*:iam::(\d{12}):role\/(?:.*\/)?([^/]+)$/;
const UNIQUE_ID = /^AROA[A-Z0-9]{17}$/;
/** Principals that the sandbox has no directory of (users, sessions), and those that need none. */
const ACCEPTED = [
  /^\*$/,
  /^\d{12}$/,
  /^arn:aws[a-z-]*:iam::\d{12}:root$/,
  /^arn:aws[a-z-]*:iam::\d{12}:user\/.+$/,
  /^arn:aws[a-z-]*:sts::\d{12}:(assumed-role|federated-user)\/.+$/,
];
const SERVICE = /^([a-z0-9-]+\.)+amazonaws\.com(\.cn)?$/;

/** Refuses a trust policy that IAM would not store, and answers it in the form in which it is kept. */
export function storeTrust(call: Pick<Call, 'world' | 'account'>, text: string): StoredTrust {
  const statements = checkPolicyDocument(text, 'trust');
  checkDocumentSize(text, 'ACLSizePerRole', 2048);
  const trustedRoleIds: Record<string, string> = {};
  for (const statement of statements) {
    for (const principal of [statement['Principal'], statement['NotPrincipal']]) {
      checkPrincipal(call, principal, trustedRoleIds);
    }
  }
  return { trustPolicy: text, trustedRoleIds };
}

/**
 * The trust policy as IAM shows and applies it: a role that is gone, or was made again, appears as the unique id it
 * had, which nobody can have any more (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html).
 */
export function shownTrustPolicy(world: World, role: StoredTrust): string {
  const lost = new Map<string, string>();
  for (const [arn, roleId] of Object.entries(role.trustedRoleIds)) {
    if (roleByArn(world, arn)?.roleId !== roleId) lost.set(arn, roleId);
  }
  if (lost.size === 0) return role.trustPolicy;
  return JSON.stringify(JSON.parse(role.trustPolicy), function replace(this: unknown, key, value) {
    const isPrincipal = key === 'AWS' || (Array.isArray(this) && typeof value === 'string');
    return isPrincipal && typeof value === 'string' ? (lost.get(value) ?? value) : value;
  });
}

/** The role with exactly this ARN, path included. */
export function roleByArn(world: World, arn: string): RoleRecord | undefined {
  const [, account, roleName] = ROLE_ARN.exec(arn) ?? [];
  if (!account || !roleName) return undefined;
  const role = world.iam(account).role(roleName);
  return role?.arn === arn ? role : undefined;
}

function checkPrincipal(
  call: Pick<Call, 'world' | 'account'>,
  principal: JsonValue | undefined,
  trustedRoleIds: Record<string, string>,
): void {
  if (principal === undefined || principal === '*') return;
  if (!isObject(principal)) throw malformedPolicy('Syntax errors in policy.');
  checkPrincipalKinds(principal);
  for (const value of listOf(principal['AWS'])) {
    if (typeof value !== 'string') throw malformedPolicy('Syntax errors in policy.');
    const role = roleByArn(call.world, value);
    if (role) trustedRoleIds[value] = role.roleId;
    else if (!isAccepted(call, value)) throw invalidPrincipal('AWS', value);
  }
}

function checkPrincipalKinds(principal: JsonObject): void {
  for (const kind of Object.keys(principal)) {
    if (kind !== 'AWS' && kind !== 'Service' && kind !== 'Federated')
      throw malformedPolicy('Syntax errors in policy.');
  }
  for (const service of listOf(principal['Service'])) {
    if (typeof service !== 'string' || !SERVICE.test(service))
      throw invalidPrincipal('SERVICE', String(service));
  }
}

function isAccepted(call: Pick<Call, 'world' | 'account'>, principal: string): boolean {
  if (ACCEPTED.some((pattern) => pattern.test(principal))) return true;
  if (!UNIQUE_ID.test(principal)) return false;
  for (const { item } of call.world.iam(call.account).rolesAfter(undefined)) {
    if (item.roleId === principal) return true;
  }
  return false;
}

function invalidPrincipal(kind: string, principal: string): Error {
  return malformedPolicy(`Invalid principal in policy: "${kind}":"${principal}"`);
}
