import type { ClusterRef } from '#shared/domain/cluster.ts';
import { type InboundKind, unreadable } from '../inbound-kind.ts';
import { type EksArn, isClusterName, parseEksArn } from '../read/eks-arn.ts';
import type { EventRecord } from '../read/event-record.ts';
import { decodeOnce, rawText, withoutAbsent } from '../read/json.ts';
import { eksArn, readFields, shown } from '../read/schema.ts';
import { clusterOf } from './cluster-ref.ts';

const SCHEMA = {
  arn: eksArn('resources'),
  addonName: shown('detail.addonName', 'detail.addon-name'),
};

/**
 * An event that EKS itself sends about an add-on, without CloudTrail. What its detail holds is unknown (facts §6.5):
 * anything that names a cluster will do.
 */
export function addonNotification(name: string): InboundKind {
  return {
    source: 'aws.eks',
    name,
    via: 'native',
    schema: SCHEMA,
    reaction:
      'Verifies the cluster that is named anywhere in it: its agent, and the associations that add-ons own.',
    evidence: 'U',
    parse: (record) => {
      const { arn, addonName } = readFields(record, SCHEMA);
      const cluster = clusterOf(record, arn, undefined) ?? searchCluster(record);
      if (cluster === undefined) return unreadable(`${name} names no cluster`);
      const addon = addonName ?? (arn?.type === 'addon' ? arn.rest[0] : undefined);
      return {
        lookAt: { kind: 'cluster', cluster, change: 'addons' },
        evidence: withoutAbsent({ addonName: addon }),
      };
    },
  };
}

/** Values looked at before the search is given up. */
const MAX_VALUES = 500;
const MAX_DEPTH = 4;

/** The first cluster that the detail names, what is higher up first: an ARN of EKS, or a name under a key for one. */
function searchCluster(record: EventRecord): ClusterRef | undefined {
  let level: readonly (readonly [key: string, value: unknown])[] = [['', record.detail]];
  let looked = 0;
  for (let depth = 0; depth <= MAX_DEPTH; depth += 1) {
    const next: (readonly [string, unknown])[] = [];
    for (const [key, value] of level) {
      looked += 1;
      if (looked > MAX_VALUES) return undefined;
      const cluster = typeof value === 'string' ? clusterIn(record, key, value) : undefined;
      if (cluster !== undefined) return cluster;
      next.push(...membersOf(key, value));
    }
    level = next;
  }
  return undefined;
}

function clusterIn(record: EventRecord, key: string, value: string): ClusterRef | undefined {
  const text = decodeOnce(rawText(value) ?? '');
  const arn: EksArn | undefined = parseEksArn(text);
  if (arn !== undefined) return arn.cluster;
  return CLUSTER_KEYS.has(key) && isClusterName(text) ? clusterOf(record, undefined, text) : undefined;
}

/** `clusterName`, `cluster-name`, `ClusterName`, `cluster`, `cluster.name`, all as small letters without signs. */
const CLUSTER_KEYS: ReadonlySet<string> = new Set(['cluster', 'clustername', 'ekscluster', 'eksclustername']);

function membersOf(key: string, value: unknown): readonly (readonly [string, unknown])[] {
  if (typeof value !== 'object' || value === null) return [];
  const members = Array.isArray(value)
    ? value.slice(0, MAX_VALUES).map((element: unknown) => [key, element] as const)
    : Object.entries(value).slice(0, MAX_VALUES);
  return members.map(([name, member]) => [innerKey(key, name), member] as const);
}

function innerKey(outer: string, name: string): string {
  const key = name
    .slice(0, 64)
    .toLowerCase()
    .replaceAll(/[^a-z]/g, '');
  // In `{"cluster": {"name": "c1"}}` it is the outer key that says whose name it is.
  return key === 'name' && CLUSTER_KEYS.has(outer) ? outer : key;
}
