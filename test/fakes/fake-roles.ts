import type { Role } from '#shared/domain/role.ts';
import type { CallCounter } from '#shared/ports/calls.ts';
import type { CallOptions } from '#shared/ports/pod-identity.ts';
import type { Roles } from '#shared/ports/roles.ts';
import { FakeTroubles } from './fake-troubles.ts';
import { NOON } from './manual-clock.ts';

/** The least that EKS accepts (facts §4.1). */
export const POD_IDENTITY_TRUST_POLICY = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: { Service: 'pods.eks.amazonaws.com' },
      Action: ['sts:AssumeRole', 'sts:TagSession'],
    },
  ],
});

/** IAM's roles in memory. */
export class FakeRoles implements Roles {
  readonly troubles = new FakeTroubles<'get'>();
  readonly #roles = new Map<string, Role>();
  readonly #counter: CallCounter | undefined;

  constructor(counter?: CallCounter) {
    this.#counter = counter;
  }

  /** Makes a role that EKS accepts, unless told otherwise. */
  add(account: string, roleName: string, changes: Partial<Role> = {}): Role {
    const role = {
      roleArn: `arn:aws:iam::${account}:role/${roleName}`,
      roleName,
      trustPolicy: POD_IDENTITY_TRUST_POLICY,
      tags: {},
      createdAt: NOON - 86_400_000,
      ...changes,
    };
    this.#roles.set(nameKey(account, roleName), role);
    return role;
  }

  remove(account: string, roleName: string): void {
    this.#roles.delete(nameKey(account, roleName));
  }

  get(account: string, roleName: string, options?: CallOptions): Promise<Role | undefined> {
    return this.troubles.meet(
      'get',
      options,
      () => this.#roles.get(nameKey(account, roleName)),
      () => {
        this.#counter?.count('iam:GetRole');
        options?.counter?.count('iam:GetRole');
      },
    );
  }
}

/** Names are unique whatever their case (facts §9.1). */
function nameKey(account: string, roleName: string): string {
  return `${account} ${roleName.toLowerCase()}`;
}
