import { partitionOf } from '#events/inbound/read/partition.ts';
import { AssumedRoles } from '#shared/aws/assumed-role.ts';
import type { AwsAccess, AwsOptions } from '#shared/aws/aws-access.ts';
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

/** How the accounts of the fleet are reached: with the role of that name in each. */
export function spokeOptions(access: AwsAccess, role: SpokeRole): AwsOptions {
  const { roleName, externalId, sessionName, environment } = role;
  // Roles are taken on within the hub's own partition: no other can be reached from it.
  const partition = partitionOf(environment['AWS_REGION']);
  const roles = new AssumedRoles({ access, partition, roleName, externalId, sessionName });
  return { ...hubOptions, credentialsFor: roles.credentialsFor, limits: LIMITS, retries: RETRIES };
}
