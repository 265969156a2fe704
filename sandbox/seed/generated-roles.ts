import type { GeneratedRoles, RoleRecord } from '#sandbox/iam/iam-state.ts';
import { uniqueId } from '#sandbox/iam/unique-id.ts';
import { fleetName, fleetRoleName, fleetRoleNumber, fleetTeams } from './fleet-names.ts';
import { arnOf, BREAK_GLASS_ROLE, type FleetPlan } from './generated-associations.ts';
import { trustText } from './seed-documents.ts';

/** Where the roles are. */
export interface RolesPlace {
  readonly account: string;
  /** Epoch milliseconds. */
  readonly createdAt: number;
}

const READ_S3 = 'policy/AmazonS3ReadOnlyAccess';

/**
 * The roles of one account of a generated fleet as a function of their index: those of the mappings, then the one that
 * changed associations have, then (in the hub only) the target roles of the teams.
 */
export function generatedRoles(place: RolesPlace, plan: FleetPlan): GeneratedRoles {
  const trust = trustText('pods.eks', place.account);
  const teams = place.account === plan.hub ? fleetTeams() : [];
  const breakGlass = plan.mappings;
  const make = (roleName: string, trustPolicy: string, tags: RoleRecord['tags']): RoleRecord => ({
    roleName,
    roleId: uniqueId('AROA', `fleet ${plan.seed} ${place.account} ${roleName}`),
    path: '/',
    arn: arnOf(plan, place.account, roleName),
    createDate: place.createdAt,
    trustPolicy,
    trustedRoleIds: {},
    maxSessionDuration: 3600,
    tags,
    inlinePolicies: {},
    attachedPolicyArns: [`arn:${plan.partition}:iam::aws:${READ_S3}`],
  });
  return {
    count: plan.mappings + 1 + teams.length,
    at(index) {
      if (index < plan.mappings) return make(fleetRoleName(index), trust, { team: fleetName(index).team });
      if (index === breakGlass) return make(BREAK_GLASS_ROLE, trust, {});
      const team = teams[index - breakGlass - 1];
      if (team === undefined) throw new RangeError(`account ${place.account} has no role number ${index}`);
      return make(`shared-${team}`, targetTrust(plan), { team });
    },
    indexOfName(roleName) {
      const name = roleName.toLowerCase();
      if (name === BREAK_GLASS_ROLE) return breakGlass;
      const team = name.startsWith('shared-') ? teams.indexOf(name.slice('shared-'.length)) : -1;
      if (team >= 0) return breakGlass + 1 + team;
      const mapping = fleetRoleNumber(name);
      return mapping !== undefined && mapping < plan.mappings ? mapping : undefined;
    },
  };
}

/** Any account of the fleet may chain into the target roles: there is no organisation here to narrow it to. */
function targetTrust(plan: FleetPlan): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { AWS: '*' },
        Action: ['sts:AssumeRole', 'sts:TagSession'],
        Condition: { ArnLike: { 'aws:PrincipalArn': `arn:${plan.partition}:iam::*:role/*` } },
      },
    ],
  });
}
