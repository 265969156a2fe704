import type { Call } from '#sandbox/operation.ts';
import type { World } from '#sandbox/world.ts';
import type { PrincipalName } from '#shared/iam/document.ts';
import { isJsonObject, type JsonObject, type JsonValue, readJson } from '#shared/iam/json-text.ts';
import { malformedPolicy } from './iam-errors.ts';
import { checkDocumentSize, checkPolicyDocument } from './policy-document.ts';
import type { RoleRecord } from './role-record.ts';

/** A trust policy as IAM keeps it: the text, and the unique ids behind the roles that it names. */
export type StoredTrust = Pick<RoleRecord, 'trustPolicy' | 'trustedRoleIds'>;

/** Where a trust policy is written: principals of every account are looked up. */
export type TrustScope = Pick<Call, 'world' | 'account'>;

const ROLE_ARN = /^arn:aws[a-z-]*:iam::(\d{12}):role\/(?:.*\/)?([^/]+)$/;
/** The sandbox has no directory of users and sessions, and takes every one for real. */
const UNCHECKED_ARN = /^arn:aws[a-z-]*:(iam::\d{12}:user|sts::\d{12}:(assumed-role|federated-user))\/.+$/;
const SERVICE = /^([a-z0-9-]+\.)+amazonaws\.com(\.cn)?$/;

/** Refuses a trust policy that IAM would not store, and answers it in the form in which it is kept. */
export function storeTrust(scope: TrustScope, text: string): StoredTrust {
  const document = checkPolicyDocument(text, 'trust');
  checkDocumentSize(text, 'ACLSizePerRole', 2048);
  const trustedRoleIds: Record<string, string> = {};
  for (const name of document.statements.flatMap((statement) => statement.principals?.names ?? [])) {
    checkPrincipal(scope, name);
    const role = name.type === 'arn' ? roleByArn(scope.world, name.arn) : undefined;
    if (role) trustedRoleIds[role.arn] = role.roleId;
  }
  return { trustPolicy: text, trustedRoleIds };
}

/**
 * The trust policy as IAM shows and applies it: a role that is gone, or was made again, appears as the unique id it
 * had, which nobody can have any more
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html).
 */
export function shownTrustPolicy(world: World, role: StoredTrust): string {
  const lost = new Map(
    Object.entries(role.trustedRoleIds).filter(([arn, roleId]) => roleByArn(world, arn)?.roleId !== roleId),
  );
  if (lost.size === 0) return role.trustPolicy;
  const reading = readJson(role.trustPolicy);
  if (reading.kind !== 'value' || !isJsonObject(reading.value)) return role.trustPolicy;
  const document = reading.value;
  return JSON.stringify({
    ...document,
    Statement: eachOf(document['Statement'], (statement) =>
      isJsonObject(statement) ? withIds(statement, lost) : statement,
    ),
  });
}

/** The role with exactly this ARN, path included. */
export function roleByArn(world: World, arn: string): RoleRecord | undefined {
  const [, account, roleName] = ROLE_ARN.exec(arn) ?? [];
  if (!account || !roleName) return undefined;
  const role = world.iam(account).role(roleName);
  return role?.arn === arn ? role : undefined;
}

function withIds(statement: JsonObject, lost: ReadonlyMap<string, string>): JsonObject {
  const shown: Record<string, JsonValue> = { ...statement };
  for (const element of ['Principal', 'NotPrincipal']) {
    const principal = statement[element];
    if (!isJsonObject(principal) || principal['AWS'] === undefined) continue;
    const names = eachOf(principal['AWS'], (name) =>
      typeof name === 'string' ? (lost.get(name) ?? name) : name,
    );
    shown[element] = { ...principal, AWS: names };
  }
  return shown;
}

/** Changes one value, or each of a list. */
function eachOf(value: JsonValue | undefined, change: (value: JsonValue) => JsonValue): JsonValue {
  if (Array.isArray(value)) return (value as readonly JsonValue[]).map(change);
  return value === undefined ? [] : change(value);
}

function checkPrincipal(scope: TrustScope, name: PrincipalName): void {
  switch (name.type) {
    case 'everyone':
    case 'account':
    case 'federated':
      return;
    case 'arn':
      if (UNCHECKED_ARN.test(name.arn) || roleByArn(scope.world, name.arn)) return;
      throw invalidPrincipal('AWS', name.arn);
    case 'uniqueId':
      if (isPresent(scope, name.id)) return;
      throw invalidPrincipal('AWS', name.id);
    case 'service':
      if (SERVICE.test(name.service)) return;
      throw invalidPrincipal('SERVICE', name.service);
    case 'canonicalUser':
      throw invalidPrincipal('CANONICAL', name.id);
  }
}

function isPresent(scope: TrustScope, roleId: string): boolean {
  for (const { item } of scope.world.iam(scope.account).rolesAfter(undefined)) {
    if (item.roleId === roleId) return true;
  }
  return false;
}

function invalidPrincipal(kind: string, principal: string): Error {
  return malformedPolicy(`Invalid principal in policy: "${kind}":"${principal}"`);
}
