import fc from 'fast-check';
import type { Cluster } from '#shared/domain/cluster.ts';
import type { ClusterSelector, LabelExpression } from '#shared/domain/cluster-selector.ts';
import type { Mapping, Target } from '#shared/domain/mapping.ts';
import { aCluster } from './a-cluster.ts';

/** Few and short, so that selectors and clusters often meet. */
const labelKey = fc.constantFrom('env', 'tier', 'example.com/zone', 'constructor');
const labelValue = fc.constantFrom('prod', 'test', '1', '');
const clusterName = fc.constantFrom('prod-1', 'prod-2', 'lab_1');
const account = fc.constantFrom('111122223333', '012345678901');
const region = fc.constantFrom('eu-west-1', 'us-gov-west-1');

const some = <T>(one: fc.Arbitrary<T>) => fc.array(one, { minLength: 1, maxLength: 3 });
const labels = fc.dictionary(labelKey, labelValue, { maxKeys: 3, noNullPrototype: true });

const anyExpression: fc.Arbitrary<LabelExpression> = fc.oneof(
  fc.record({
    key: labelKey,
    operator: fc.constantFrom('In' as const, 'NotIn' as const),
    values: some(labelValue),
  }),
  fc.record({ key: labelKey, operator: fc.constantFrom('Exists' as const, 'DoesNotExist' as const) }),
);

/** A selector that says something. */
export const anySelector: fc.Arbitrary<ClusterSelector> = fc
  .record(
    {
      matchLabels: labels.filter((given) => Object.keys(given).length > 0),
      matchExpressions: some(anyExpression),
      names: some(clusterName),
      accounts: some(account),
      regions: some(region),
    },
    { requiredKeys: [], noNullPrototype: true },
  )
  .filter((selector) => Object.keys(selector).length > 0);

export const anyCluster: fc.Arbitrary<Cluster> = fc
  .record({ name: clusterName, account, region, labels })
  .map(aCluster);

/** Text that YAML would read as something else without quotes. */
const awkwardText = fc.constantFrom(
  '42',
  'no',
  '012',
  '1e3',
  '2027-03-31',
  'a: b',
  '- x',
  ' padded ',
  '',
  '.nan',
  '=',
);

const anyPolicy = fc
  .record({
    Version: fc.constant('2012-10-17'),
    Statement: some(
      fc.record({
        Effect: fc.constantFrom('Allow', 'Deny'),
        Action: fc.oneof(fc.constant('s3:*'), some(fc.constantFrom('s3:GetObject', '*'))),
        Resource: fc.constant('*'),
        Condition: fc.dictionary(
          fc.constant('StringEquals'),
          fc.dictionary(fc.constant('aws:x'), awkwardText),
          {
            noNullPrototype: true,
          },
        ),
      }),
    ),
  })
  .map((policy) => JSON.stringify(policy));

const anyTarget: fc.Arbitrary<Target> = fc
  .record({
    selector: fc.oneof(fc.constant('all' as const), anySelector),
    role: fc.constantFrom('api', '{cluster}-{label:env}', 'team/{region}/{label:example.com/zone}'),
    targetRoleArn: fc.option(fc.constant('arn:aws:iam::777788889999:role/ledger-read'), { nil: undefined }),
    policy: fc.option(anyPolicy, { nil: undefined }),
    disableSessionTags: fc.boolean(),
    tags: fc.dictionary(fc.constantFrom('cost-centre', '42', 'no', 'a b'), awkwardText, {
      noNullPrototype: true,
    }),
    takeover: fc.boolean(),
  })
  .map(({ selector, role, targetRoleArn, policy, disableSessionTags, tags, takeover }) => ({
    clusters: selector,
    roleArn: `arn:{partition}:iam::{account}:role/${role}`,
    ...(targetRoleArn !== undefined && { targetRoleArn }),
    disableSessionTags: disableSessionTags || policy !== undefined,
    ...(policy !== undefined && { policy }),
    tags,
    takeover,
  }));

/** A mapping that passes `parseManifests`; its targets may shadow each other. */
export const anyMapping: fc.Arbitrary<Mapping> = fc
  .record({
    namespace: fc.constantFrom('payments', '42', 'no', '1e3'),
    serviceAccount: fc.constantFrom('api', '012', 'a.b-c', 'null'),
    clusterSet: fc.constantFrom('default', 'lab', 'true'),
    team: fc.constantFrom('payments', '42', 'Team_A.b'),
    mode: fc.constantFrom('enforce' as const, 'observe' as const, 'ignore' as const),
    targets: fc.tuple(anyTarget, fc.array(anyTarget, { maxLength: 2 })),
    expires: fc.option(fc.constantFrom('2027-03-31', '2028-02-29'), { nil: undefined }),
    onExpiry: fc.constantFrom('report' as const, 'retire' as const),
  })
  .map(({ namespace, serviceAccount, clusterSet, team, mode, targets, expires, onExpiry }) => ({
    key: { namespace, serviceAccount, clusterSet },
    team,
    mode,
    targets: [targets[0], ...targets[1]],
    ...(expires !== undefined && { expires }),
    onExpiry,
  }));
