import { partitionOf } from '#events/inbound/read/partition.ts';
import { AssumedRoles } from '#shared/aws/assumed-role.ts';
import { AwsAccess } from '#shared/aws/aws-access.ts';
import { type EksCalls, eksCalls } from '#shared/aws/eks-calls.ts';
import { StsCaller } from '#shared/aws/sts-caller.ts';
import type { Roles } from '#shared/ports/roles.ts';
import { hubOptions } from './hub-access.ts';

export interface SpokeRole {
  readonly roleName: string;
  readonly externalId: string;
  /** Seen in the spoke's CloudTrail. */
  readonly sessionName: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** One function has so many calls under way in one account and region at once. */
const LIMITS = { concurrency: 20 } as const;
/** A run has half a minute, and the queue tries again for an hour. */
const RETRIES = { throttledBudgetMs: 5_000, unavailableBudgetMs: 5_000 } as const;

/** The accounts of the fleet, reached with the role of that name in each. */
export interface SpokeAccess {
  readonly eks: EksCalls;
  readonly roles: Roles;
}

/** Nothing is asked of AWS before the first call. */
export function spokeAccess(hub: AwsAccess, role: SpokeRole): SpokeAccess {
  const { roleName, externalId, sessionName, environment } = role;
  // Roles are taken on within the hub's own partition: no other can be reached from it.
  const partition = partitionOf(environment['AWS_REGION']);
  const { credentialsFor } = new AssumedRoles({ access: hub, partition, roleName, externalId, sessionName });
  const access = new AwsAccess({ ...hubOptions, credentialsFor, limits: LIMITS, retries: RETRIES });
  const caller = new StsCaller(access);
  return { eks: eksCalls(access, caller), roles: lazyRoles(access, caller) };
}

/** IAM is only asked when a role was refused or changed: a cold start does without its client. */
function lazyRoles(access: AwsAccess, caller: StsCaller): Roles {
  let loaded: Promise<Roles> | undefined;
  return {
    async get(account, roleName, options) {
      loaded ??= import('#shared/aws/iam-roles.ts').then(({ IamRoles }) => new IamRoles(access, caller));
      return await (await loaded).get(account, roleName, options);
    },
  };
}
