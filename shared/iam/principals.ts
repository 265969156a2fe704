import { splitArn } from './arn.ts';
import type { PrincipalElement, PrincipalName } from './document.ts';
import { allOf, anyOf, type Ternary } from './ternary.ts';

/** Who makes a request. */
export type Caller =
  | { readonly kind: 'service'; readonly service: string }
  | {
      readonly kind: 'roleSession';
      readonly roleArn: string;
      /** Left out when it is not known. */
      readonly sessionName?: string;
      /** The role's unique id, `AROA…`. */
      readonly uniqueId?: string;
    }
  | { readonly kind: 'user'; readonly arn: string; readonly uniqueId?: string }
  /** A session made with GetFederationToken. */
  | { readonly kind: 'federatedUser'; readonly arn: string }
  /** The root user of an account. */
  | { readonly kind: 'root'; readonly account: string }
  /** Somebody whom an identity provider vouches for, in AssumeRoleWithWebIdentity or AssumeRoleWithSAML. */
  | { readonly kind: 'federated'; readonly provider: string }
  | { readonly kind: 'anonymous' };

/**
 * How a statement names the caller, the most telling first. It decides what else the caller needs:
 * - `direct`: the service, user, role session or provider itself
 * - `role`: the role behind the session
 * - `everyone`: `*`
 * - `account`: the caller's account, which leaves it to that account's own identity policies
 */
export type Grant = 'direct' | 'role' | 'everyone' | 'account';

export const GRANTS = ['direct', 'role', 'everyone', 'account'] as const satisfies readonly Grant[];

/** Whether a statement is about the caller, by each way in which it may name one. */
export type PrincipalMatch = Readonly<Partial<Record<Grant, Ternary>>>;

/** The account of a caller; `undefined` for services, identity providers and anonymous callers. */
export function accountOf(caller: Caller): string | undefined {
  switch (caller.kind) {
    case 'roleSession':
      return splitArn(caller.roleArn)?.[4];
    case 'user':
    case 'federatedUser':
      return splitArn(caller.arn)?.[4];
    case 'root':
      return caller.account;
    case 'service':
    case 'federated':
    case 'anonymous':
      return undefined;
  }
}

/** Matches a `Principal` or `NotPrincipal` element against the caller. */
export function matchPrincipals(element: PrincipalElement, caller: Caller): PrincipalMatch {
  const matches = levelsOf(caller).map(([grant, test]) => [grant, anyOf(element.names.map(test))] as const);
  return element.negated ? { everyone: isNotExcepted(matches) } : Object.fromEntries(matches);
}

/**
 * `NotPrincipal` excepts a user that is listed together with its account, and a role session whose role and
 * account are listed. AWS says that an exception which lists less "might" not hold: then the answer is unknown.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
 */
function isNotExcepted(matches: readonly (readonly [Grant, Ternary])[]): Ternary {
  const named = new Map(matches);
  if (named.get('everyone') === 'yes') return 'no';
  named.delete('everyone');
  const listed = anyOf([...named.values()]);
  if (named.has('role')) named.delete('direct');
  const excepted = allOf([...named.values()]) === 'yes' && listed === 'yes';
  if (excepted) return 'no';
  return listed === 'no' ? 'yes' : 'unknown';
}

type Level = readonly [Grant, (name: PrincipalName) => Ternary];

const EVERYONE: Level = ['everyone', (name) => (name.type === 'everyone' ? 'yes' : 'no')];

/** The ways to name a caller, from the narrowest; `everyone` comes last. */
function levelsOf(caller: Caller): readonly Level[] {
  switch (caller.kind) {
    case 'anonymous':
      return [EVERYONE];
    case 'service':
      return [exactly((name) => name.type === 'service' && name.service === caller.service), EVERYONE];
    case 'federated':
      return [exactly((name) => name.type === 'federated' && name.provider === caller.provider), EVERYONE];
    case 'root':
      return [exactly((name) => name.type === 'account' && name.account === caller.account), EVERYONE];
    case 'user':
      return [exactly((name) => isNamed(name, caller.arn, caller.uniqueId)), accountLevel(caller), EVERYONE];
    case 'federatedUser':
      return [exactly((name) => isNamed(name, caller.arn)), accountLevel(caller), EVERYONE];
    case 'roleSession':
      return [
        ['direct', (name) => isSession(name, caller.roleArn, caller.sessionName)],
        ['role', (name) => (isNamed(name, caller.roleArn, caller.uniqueId) ? 'yes' : 'no')],
        accountLevel(caller),
        EVERYONE,
      ];
  }
}

function exactly(test: (name: PrincipalName) => boolean): Level {
  return ['direct', (name) => (test(name) ? 'yes' : 'no')];
}

function accountLevel(caller: Caller): Level {
  const account = accountOf(caller);
  return ['account', (name) => (name.type === 'account' && name.account === account ? 'yes' : 'no')];
}

function isNamed(name: PrincipalName, arn: string, uniqueId?: string): boolean {
  if (name.type === 'uniqueId') return uniqueId !== undefined && name.id === uniqueId;
  return name.type === 'arn' && name.arn === arn;
}

/** A session's ARN has the role's name without its path. */
function isSession(name: PrincipalName, roleArn: string, sessionName: string | undefined): Ternary {
  const [, partition, , , account, role] = splitArn(roleArn) ?? [];
  if (name.type !== 'arn' || !role) return 'no';
  const prefix = `arn:${partition}:sts::${account}:assumed-role/${role.split('/').at(-1)}/`;
  if (!name.arn.startsWith(prefix)) return 'no';
  if (sessionName === undefined) return 'unknown';
  return name.arn === prefix + sessionName ? 'yes' : 'no';
}
