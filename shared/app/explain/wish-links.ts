import type { AssociationFields } from '#shared/domain/association.ts';
import { CLUSTER_SET_TAG, type Cluster, DEFAULT_CLUSTER_SET } from '#shared/domain/cluster.ts';
import { formatKey, formatMappingKey, type ServiceAccountKey } from '#shared/domain/key.ts';
import { nearestName } from '#shared/domain/manifest/nearest-name.ts';
import { printManifests } from '#shared/domain/manifest/print-manifest.ts';
import { isExpired, type Mapping } from '#shared/domain/mapping.ts';
import { type ResolutionProblem, resolveTarget } from '#shared/domain/resolve-target.ts';
import type { Fix, Link } from './explanation.ts';

/** What the manifests wish for a key of a cluster, as the first two links of the chain. */
export interface WishLinks {
  readonly links: readonly Link[];
  /** What is wished; absent when one of the links is broken. */
  readonly fields?: AssociationFields;
}

/** Manifest and target. `today` is YYYY-MM-DD, UTC. */
export function wishLinks(
  mappings: readonly Mapping[],
  cluster: Cluster,
  key: ServiceAccountKey,
  today: string,
): WishLinks {
  const named = mappings.filter((mapping) => formatKey(mapping.key) === formatKey(key));
  const mapping = named.find((candidate) => candidate.key.clusterSet === cluster.clusterSet);
  if (!mapping) {
    const manifest = named[0] ? inOtherClusterSet(named[0], cluster) : notMapped(mappings, cluster, key);
    return { links: [manifest, { name: 'target', state: 'skipped', says: 'there is no mapping for it' }] };
  }
  const manifest = mappingLink(mapping, today);
  if (manifest.state === 'broken') {
    return { links: [manifest, { name: 'target', state: 'skipped', says: 'the mapping does not count' }] };
  }
  return targetLink(mapping, cluster, manifest);
}

function notMapped(mappings: readonly Mapping[], cluster: Cluster, key: ServiceAccountKey): Link {
  const text = formatKey(key);
  const near = nearestName(
    text,
    mappings.map((mapping) => formatKey(mapping.key)),
  );
  return {
    name: 'manifest',
    state: 'broken',
    says: `no mapping is for ${text}${near === undefined ? '' : `; there is one for ${near}`}`,
    fix: {
      what: 'add a mapping such as this, with the role it should have',
      manifest: printManifests([suggested(cluster, key)]),
    },
  };
}

/** A mapping to begin with: the cluster by name, and a role of the service account's name. */
function suggested(cluster: Cluster, key: ServiceAccountKey): Mapping {
  return {
    key: { ...key, clusterSet: cluster.clusterSet },
    team: key.namespace,
    mode: 'enforce',
    onExpiry: 'report',
    targets: [
      {
        clusters: { names: [cluster.name] },
        roleArn: `arn:{partition}:iam::{account}:role/${key.namespace}-${key.serviceAccount}`.slice(0, 2048),
        disableSessionTags: false,
        tags: {},
        takeover: false,
      },
    ],
  };
}

function inOtherClusterSet(mapping: Mapping, cluster: Cluster): Link {
  const { clusterSet } = mapping.key;
  const isDefault = clusterSet === DEFAULT_CLUSTER_SET;
  return {
    name: 'manifest',
    state: 'broken',
    says: `the mapping is ${formatMappingKey(mapping.key)}, and ${cluster.name} is in cluster set ${cluster.clusterSet}`,
    fix: {
      what: `say clusterSet: ${cluster.clusterSet} in the mapping, or put the cluster into cluster set ${clusterSet}`,
      awsCli: [
        isDefault
          ? ['aws', 'eks', 'untag-resource', '--resource-arn', cluster.arn, '--tag-keys', CLUSTER_SET_TAG]
          : [
              'aws',
              'eks',
              'tag-resource',
              '--resource-arn',
              cluster.arn,
              '--tags',
              `${CLUSTER_SET_TAG}=${clusterSet}`,
            ],
      ].map((words) => [...words, '--region', cluster.region]),
    },
  };
}

function mappingLink(mapping: Mapping, today: string): Link {
  const { source, mode } = mapping;
  const where = `${formatMappingKey(mapping.key)}${source ? ` at ${source.file}:${source.line}` : ''}`;
  if (mapping.onExpiry === 'retire' && isExpired(mapping, today)) {
    return {
      name: 'manifest',
      state: 'broken',
      says: `${where} expired on ${mapping.expires ?? ''} and says onExpiry: retire, so nothing is wished any more`,
      fix: { what: 'give it a later day in expires, or remove expires' },
    };
  }
  if (mode === 'ignore') {
    return {
      name: 'manifest',
      state: 'broken',
      says: `${where} says mode: ignore, so Rolecall does nothing about it`,
      fix: { what: 'say mode: enforce, or leave mode out' },
    };
  }
  const only = mode === 'observe' ? ', in mode observe: differences are shown and not put right' : '';
  return { name: 'manifest', state: 'holds', says: `${where}${only}` };
}

function targetLink(mapping: Mapping, cluster: Cluster, manifest: Link): WishLinks {
  const resolution = resolveTarget(mapping, cluster);
  switch (resolution.kind) {
    case 'none':
      return { links: [manifest, notSelected(mapping, cluster)] };
    case 'unresolvable': {
      const { problem } = resolution;
      const link: Link = {
        name: 'target',
        state: 'broken',
        says: problem.message,
        fix: resolutionFix(problem, cluster),
      };
      return { links: [manifest, link] };
    }
    case 'fields': {
      const { fields, targetIndex } = resolution;
      const says = `spec.targets[${targetIndex}] of ${mapping.targets.length} selects ${cluster.name} and wishes for ${fields.roleArn}`;
      return { links: [manifest, { name: 'target', state: 'holds', says }], fields };
    }
  }
}

function notSelected(mapping: Mapping, cluster: Cluster): Link {
  const labels = Object.entries(cluster.labels).map(([name, value]) => `${name}=${value}`);
  const shown = labels.length === 0 ? 'no labels' : `labels ${labels.sort().join(', ')}`;
  return {
    name: 'target',
    state: 'broken',
    says: `none of the ${mapping.targets.length} targets selects ${cluster.name} (account ${cluster.account}, ${cluster.region}, ${shown})`,
    fix: {
      what: 'add a target that selects the cluster, or give the cluster the tags that a selector asks for',
      manifest: `    - clusters:\n        names: [${cluster.name}]\n      roleArn: ${mapping.targets[0].roleArn}\n`,
    },
  };
}

function resolutionFix(problem: ResolutionProblem, cluster: Cluster): Fix {
  if (problem.kind !== 'labelMissing') {
    return { what: `correct ${problem.field} in spec.targets[${problem.targetIndex}] of the mapping` };
  }
  const label = /\{label:([^}]+)\}/.exec(problem.message)?.[1] ?? 'NAME';
  return {
    what: 'give the cluster the label: without a registry its tags are its labels',
    awsCli: [
      [
        'aws',
        'eks',
        'tag-resource',
        '--resource-arn',
        cluster.arn,
        '--tags',
        `${label}=VALUE`,
        '--region',
        cluster.region,
      ],
    ],
  };
}
