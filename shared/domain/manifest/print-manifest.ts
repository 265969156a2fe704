import { stringify } from 'yaml';
import { DEFAULT_CLUSTER_SET } from '../cluster.ts';
import type { Mapping, Target } from '../mapping.ts';
import { API_VERSION, MAPPING_KIND } from './schema.ts';

/**
 * Writes mappings as manifests, one YAML document each. Defaults are left out; reading the text again gives equal
 * mappings, but for their `source`.
 */
export function printManifests(mappings: Iterable<Mapping>): string {
  return Array.from(mappings, printMapping).join('---\n');
}

function printMapping({ key, team, mode, targets, expires, onExpiry }: Mapping): string {
  const { namespace, serviceAccount, clusterSet } = key;
  const manifest = {
    apiVersion: API_VERSION,
    kind: MAPPING_KIND,
    metadata: { namespace, serviceAccount, ...(clusterSet !== DEFAULT_CLUSTER_SET && { clusterSet }) },
    spec: {
      team,
      ...(mode !== 'enforce' && { mode }),
      targets: targets.map(printTarget),
      ...(expires !== undefined && { expires }),
      ...(onExpiry !== 'report' && { onExpiry }),
    },
  };
  return stringify(manifest, { lineWidth: 0, aliasDuplicateObjects: false });
}

function printTarget(target: Target): Readonly<Record<string, unknown>> {
  const { clusters, roleArn, targetRoleArn, disableSessionTags, policy, tags, takeover } = target;
  return {
    clusters,
    roleArn,
    ...(targetRoleArn !== undefined && { targetRoleArn }),
    ...(disableSessionTags && { disableSessionTags }),
    ...(policy !== undefined && { policy: JSON.parse(policy) as unknown }),
    ...(Object.keys(tags).length > 0 && { tags }),
    ...(takeover && { takeover }),
  };
}
