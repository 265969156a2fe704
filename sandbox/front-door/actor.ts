import { requestContext } from '#shared/iam/context.ts';
import type { Caller as PolicyCaller } from '#shared/iam/principals.ts';
import { evaluateTrustPolicy } from '#shared/iam/trust.ts';
import type { Caller } from '../caller.ts';
import type { Principal } from '../cloud/access.ts';
import { arnOf } from '../cloud/arn.ts';
import { type CallerPolicies, policiesOf, policyCaller } from '../iam/caller-policies.ts';
import { roleByArn, shownTrustPolicy } from '../iam/trust-policy.ts';
import { sessionArn } from '../sts/session-store.ts';
import type { World } from '../world.ts';

/** Whoever wants something, with all that policies can know of them. */
export interface Actor {
  /** As refusals name them: an ARN, or a service's name. */
  readonly name: string;
  readonly asPolicyCaller: PolicyCaller;
  readonly policies: CallerPolicies;
  /** Absent for a service in its own name. */
  readonly caller?: Caller;
}

export type ActorAnswer =
  | { readonly kind: 'actor'; readonly actor: Actor }
  /** Nobody gets as far as asking: a service cannot take its role on. */
  | { readonly kind: 'refused'; readonly reason: string };

type RolePrincipal = Extract<Principal, { kind: 'role' }>;

/** Finds out who a principal is; a service that acts by a role has to be admitted by the role's trust policy. */
export function actorOf(world: World, principal: Principal): ActorAnswer {
  switch (principal.kind) {
    case 'caller':
      return actorFrom(world, principal.caller);
    case 'service':
      return {
        kind: 'actor',
        actor: {
          name: principal.service,
          asPolicyCaller: { kind: 'service', service: principal.service },
          policies: { identityPolicies: [] },
        },
      };
    case 'role':
      return byRole(world, principal);
  }
}

function actorFrom(world: World, caller: Caller): ActorAnswer {
  const actor = {
    name: caller.arn,
    asPolicyCaller: policyCaller(caller),
    policies: policiesOf(world, caller),
    caller,
  };
  return { kind: 'actor', actor };
}

function byRole(world: World, principal: RolePrincipal): ActorAnswer {
  const { roleArn, service } = principal;
  const role = roleByArn(world, roleArn);
  const refused = (why: string) => ({
    kind: 'refused' as const,
    reason: `${service} is not authorized to perform: sts:AssumeRole on resource: ${roleArn} because ${why}`,
  });
  if (!role) return refused('there is no such role');
  const doubt = trustProblem(shownTrustPolicy(world, role), principal);
  if (doubt !== undefined) return refused(doubt);
  const { partition, account } = arnOf(roleArn);
  const session = { partition, account, roleName: role.roleName, sessionName: service };
  const now = world.clock.now();
  return actorFrom(world, {
    kind: 'assumedRole',
    // No session of STS: what a service holds of a role is never seen.
    accessKeyId: `service ${service}`,
    account,
    roleArn,
    roleName: role.roleName,
    roleId: role.roleId,
    sessionName: service,
    arn: sessionArn(session),
    sessionTags: {},
    issuedAt: now,
    expiresAt: now,
  });
}

/** Why a trust policy does not let a service have the role; undefined when it does. */
export function trustProblem(
  trustPolicy: string,
  { service, sourceArn, sourceAccount }: Pick<RolePrincipal, 'service' | 'sourceArn' | 'sourceAccount'>,
): string | undefined {
  const answer = evaluateTrustPolicy(trustPolicy, {
    caller: { kind: 'service', service },
    actions: ['sts:AssumeRole'],
    context: requestContext({
      known: {
        ...(sourceArn === undefined ? {} : { 'aws:SourceArn': sourceArn }),
        ...(sourceAccount === undefined ? {} : { 'aws:SourceAccount': sourceAccount }),
      },
      otherwise: 'unknown',
    }),
  });
  switch (answer.answer) {
    case 'admits':
      return undefined;
    case 'denies': {
      const missing = { Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' };
      return `its trust policy does not admit the service; missing there: ${JSON.stringify(missing)}`;
    }
    case 'unknown':
      return `its trust policy looks at what the sandbox cannot know: ${answer.keys.join(', ')}`;
    case 'malformed':
      return 'its trust policy cannot be read';
  }
}
