import { EKSClient } from '@aws-sdk/client-eks';
import type { AwsAccess } from './aws-access.ts';
import { ServiceCalls } from './service-calls.ts';
import type { StsCaller } from './sts-caller.ts';

/** Calls to EKS; none is made to an account that the credentials are not of. */
export type EksCalls = ServiceCalls<EKSClient>;

/** Shared by all adapters of EKS, so that they share clients and limits. */
export function eksCalls(access: AwsAccess, caller: StsCaller): EksCalls {
  return new ServiceCalls(access, {
    service: 'EKS',
    createClient: (config) => new EKSClient(config),
    guard: (place, options) => caller.requireAccount(place, options),
  });
}
