import type { MappingKey, ServiceAccountKey } from '#shared/domain/key.ts';
import { formatKey, formatMappingKey } from '#shared/domain/key.ts';
import { type AssociationItem, rolesOf } from '#shared/domain/registry/association-item.ts';
import type { WrittenAuditEntry } from '#shared/domain/registry/audit-entry.ts';
import type { BrakeEntry } from '#shared/domain/registry/brake-ledger.ts';
import type { FindingItem, FindingStatus } from '#shared/domain/registry/finding.ts';
import { shardOf } from '#shared/domain/registry/fingerprint.ts';
import type { Incarnation } from '#shared/domain/registry/incarnation.ts';
import type { ItemRef, RegistryItem } from '#shared/domain/registry/item-ref.ts';
import { parseRoleArn } from '#shared/domain/role.ts';
import type { RoleName } from '#shared/ports/registry/registry-lists.ts';
import { STATUS_SHARDS } from './table-schema.ts';

/** The primary key of an item. */
export interface TableKey {
  readonly pk: string;
  readonly sk: string;
}

export const MAPPINGS = 'MAPPINGS';
export const BRAKE = 'BRAKE';
/** Both sort after every time. */
const BRAKE_RELEASE = '~release#';
export const BRAKE_TOTAL = '~total';
export const CLUSTERS = 'clusters';
export const JOBS = 'jobs';
export const ENROLMENTS = 'enrolments';

/** Where an item is. */
export function keyOf(ref: ItemRef): TableKey {
  switch (ref.type) {
    case 'mapping':
      return { pk: MAPPINGS, sk: formatMappingKey(ref.key) };
    case 'revision':
      return { pk: revisionsPartition(ref.key), sk: String(ref.number).padStart(8, '0') };
    case 'cluster':
      return { pk: `C#${ref.clusterArn}`, sk: 'cluster' };
    case 'association':
      return { pk: associationsPartition(ref), sk: formatKey(ref) };
    case 'finding':
      return { pk: findingsPartition(ref.clusterArn), sk: ref.id };
    case 'freeze':
      return { pk: `FREEZE#${ref.shard}`, sk: 'freeze' };
    case 'brakeRelease':
      return { pk: BRAKE, sk: `${BRAKE_RELEASE}${ref.scope}` };
    case 'job':
      return { pk: `J#${ref.id}`, sk: 'job' };
    case 'enrolmentRequest':
      return { pk: enrolmentPartition(ref.id), sk: 'request' };
    case 'enrolmentOutcome':
      return { pk: enrolmentPartition(ref.requestId), sk: `outcome#${ref.clusterArn}` };
    case 'enrolmentRules':
      return { pk: 'RULES', sk: 'enrolment' };
    case 'seenEvent':
      return { pk: `E#${ref.id}`, sk: 'event' };
    case 'toldCause':
      return { pk: `CAUSE#${ref.causeKey}`, sk: 'cause' };
  }
}

/** The name of an item. */
export function refOf(item: RegistryItem): ItemRef {
  switch (item.type) {
    case 'cluster':
      return { type: 'cluster', clusterArn: item.cluster.arn };
    default:
      return item;
  }
}

function enrolmentPartition(requestId: string): string {
  return `ENROL#${requestId}`;
}

export function revisionsPartition(key: MappingKey): string {
  return `R#${formatMappingKey(key)}`;
}

export function associationsPartition({ clusterArn, clusterCreatedAt }: Incarnation): string {
  return `C#${clusterArn}#${clusterCreatedAt}`;
}

/** Reads the key of an association; `undefined` when it is another item's. */
export function parseAssociationKey({ pk, sk }: TableKey): (Incarnation & ServiceAccountKey) | undefined {
  const [kind, clusterArn, createdAt, ...more] = pk.split('#');
  const [namespace, serviceAccount, ...rest] = sk.split('/');
  if (kind !== 'C' || !clusterArn || !createdAt || more.length > 0) return undefined;
  if (!namespace || !serviceAccount || rest.length > 0) return undefined;
  const clusterCreatedAt = Number(createdAt);
  if (!Number.isSafeInteger(clusterCreatedAt)) return undefined;
  return { clusterArn, clusterCreatedAt, namespace, serviceAccount };
}

export function findingsPartition(clusterArn: string): string {
  return `F#${clusterArn}`;
}

export function auditPartition(clusterArn: string | undefined): string {
  return `A#${clusterArn ?? 'fleet'}`;
}

/** Sorts by time; the id keeps entries of the same millisecond apart. */
export function auditKey(entry: WrittenAuditEntry): TableKey {
  return { pk: auditPartition(entry.clusterArn), sk: `${timeText(entry.at)}#${entry.id}` };
}

export function brakeSlotKey({ clusterArn, from }: BrakeEntry): TableKey {
  return { pk: BRAKE, sk: `${timeText(from)}#${clusterArn}` };
}

/** Epoch milliseconds such that text sorts as time does. */
export function timeText(at: number): string {
  return String(Math.max(0, Math.round(at))).padStart(15, '0');
}

/** IAM's events name a role without its path, and names are unique whatever their case. */
export function roleKey({ account, roleName }: RoleName): string {
  return `${account}/${roleName.toLowerCase()}`;
}

export function statusPartition(status: FindingStatus, shard: number): string {
  return `${status}#${shard}`;
}

/** The attributes by which indexes find an item. */
export function indexKeys(item: RegistryItem): Readonly<Record<string, string>> {
  switch (item.type) {
    case 'association':
      return associationIndexKeys(item);
    case 'cluster': {
      const { account, region, name, partition } = item.cluster;
      return { i_kind: CLUSTERS, i_kindAt: `${account}/${region}/${name}/${partition}` };
    }
    case 'finding':
      return findingIndexKeys(item);
    case 'job':
      return item.state === 'running'
        ? { i_kind: JOBS, i_kindAt: `${timeText(item.startedAt)}#${item.id}` }
        : {};
    case 'enrolmentRequest':
      return { i_kind: ENROLMENTS, i_kindAt: `${timeText(item.at)}#${item.id}` };
    default:
      return {};
  }
}

function associationIndexKeys(item: AssociationItem): Readonly<Record<string, string>> {
  const { roleArn, targetRoleArn } = rolesOf(item);
  const role = roleArn === undefined ? undefined : parseRoleArn(roleArn);
  const targetRole = targetRoleArn === undefined ? undefined : parseRoleArn(targetRoleArn);
  const { desired, record } = item;
  return {
    ...(role ? { i_role: roleKey(role) } : {}),
    ...(targetRole ? { i_targetRole: roleKey(targetRole) } : {}),
    ...(record ? { i_associationId: record.associationId } : {}),
    ...(desired
      ? {
          i_mapping: formatMappingKey({ ...item, clusterSet: desired.clusterSet }),
          i_mappingAt: `${MAPPING_CLUSTER}${associationsPartition(item)}`,
        }
      : {}),
  };
}

export const MAPPING_CLUSTER = 'cluster#';
export const MAPPING_AUDIT = 'audit#';

/** Findings that are there sort by when they came, others by when they ended. */
export function findingIndexKeys(
  finding: Pick<FindingItem, 'clusterArn' | 'id' | 'status'> & {
    readonly firstSeenAt?: number;
    readonly endedAt?: number;
  },
): { readonly i_status: string; readonly i_statusAt: string } {
  const name = `${finding.clusterArn}#${finding.id}`;
  const at = finding.endedAt ?? finding.firstSeenAt ?? 0;
  return {
    i_status: statusPartition(finding.status, shardOf(name, STATUS_SHARDS)),
    i_statusAt: `${timeText(at)}#${name}`,
  };
}
