import type { Addons } from '#shared/ports/addons.ts';
import type { Caller } from '#shared/ports/caller.ts';
import type { Clusters } from '#shared/ports/clusters.ts';
import type { PodIdentityReader } from '#shared/ports/pod-identity.ts';
import type { Roles } from '#shared/ports/roles.ts';
import { AwsAccess, type AwsOptions } from './aws-access.ts';
import { EksAddons } from './eks-addons.ts';
import { type EksCalls, eksCalls } from './eks-calls.ts';
import { EksClusters } from './eks-clusters.ts';
import { EksPodIdentityReader } from './eks-pod-identity-reader.ts';
import { IamRoles } from './iam-roles.ts';
import { StsCaller } from './sts-caller.ts';

/** Everything that reads from AWS, sharing credentials, sockets and limits. */
export interface AwsReading {
  readonly podIdentity: PodIdentityReader;
  readonly clusters: Clusters;
  readonly addons: Addons;
  readonly roles: Roles;
  readonly caller: Caller;
  /**
   * For whoever writes, too: `new EksPodIdentityWriter(reading.eks)`, from a module of its own.
   */
  readonly eks: EksCalls;
  /** Closes the sockets. Calls under way fail. */
  close(): void;
}

/**
 * Wires the reading side. Nothing is asked of AWS, and no file is read, before the first call.
 *
 * ```ts
 * const aws = awsReading({ clock: systemClock, random: Math.random, counter: createCallCounter(), profile: 'audit' });
 * const { account } = await aws.caller.identity();
 * ```
 */
export function awsReading(options: AwsOptions): AwsReading {
  const access = new AwsAccess(options);
  const caller = new StsCaller(access);
  const eks = eksCalls(access, caller);
  return {
    podIdentity: new EksPodIdentityReader(eks),
    clusters: new EksClusters(eks),
    addons: new EksAddons(eks),
    roles: new IamRoles(access, caller),
    caller,
    eks,
    close: () => access.close(),
  };
}
