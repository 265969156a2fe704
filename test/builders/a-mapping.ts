import type { MappingKey } from '#shared/domain/key.ts';
import type { Mapping, Target } from '#shared/domain/mapping.ts';

/** Every cluster gets `role/payments-api` of its own account. */
export function aTarget(given: Partial<Target> = {}): Target {
  return {
    clusters: 'all',
    roleArn: 'arn:{partition}:iam::{account}:role/payments-api',
    disableSessionTags: false,
    tags: {},
    takeover: false,
    ...given,
  };
}

/** The mapping of `default/payments/api` with one target; parts of its key may be given by themselves. */
export function aMapping(given: Partial<Omit<Mapping, 'key'>> & { key?: Partial<MappingKey> } = {}): Mapping {
  return {
    team: 'payments',
    mode: 'enforce',
    targets: [aTarget()],
    onExpiry: 'report',
    ...given,
    key: { namespace: 'payments', serviceAccount: 'api', clusterSet: 'default', ...given.key },
  };
}
