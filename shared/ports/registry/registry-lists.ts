import type { MappingKey } from '#shared/domain/key.ts';
import type { AssociationItem } from '#shared/domain/registry/association-item.ts';
import type { WrittenAuditEntry } from '#shared/domain/registry/audit-entry.ts';
import type { ClusterItem } from '#shared/domain/registry/cluster-item.ts';
import type { EnrolmentRequest } from '#shared/domain/registry/enrolment-request.ts';
import type { FindingItem, FindingStatus } from '#shared/domain/registry/finding.ts';
import type { Incarnation } from '#shared/domain/registry/incarnation.ts';
import type { ItemRef } from '#shared/domain/registry/item-ref.ts';
import type { Job } from '#shared/domain/registry/job.ts';
import type { MappingItem, Revision } from '#shared/domain/registry/mapping-item.ts';
import type { CallOptions } from '../pod-identity.ts';

export interface Paging extends CallOptions {
  /** As it came with the page before. Another one fails with `AppError` `registry.badCursor`. */
  readonly cursor?: string | undefined;
  /** At most so many; when left out, as many as one request gives. */
  readonly limit?: number | undefined;
}

export interface Page<Item> {
  readonly items: readonly Item[];
  /** Absent on the last page. A page may be empty and not the last. */
  readonly cursor?: string;
}

export type AssociationRef = ItemRef & { readonly type: 'association' };

/** Who uses a role: the association, and as what. */
export interface RoleUse {
  readonly ref: AssociationRef;
  readonly as: 'role' | 'targetRole';
}

/**
 * Lists of the registry, none of which reads more than it answers. Those over clusters, roles, ids, mappings and
 * statuses come from indexes, which show a commit moments later. Fails as `RegistryItems` does.
 */
export interface RegistryLists {
  /** By cluster set, namespace and service account. Consistent. */
  mappings(options?: Paging & { readonly clusterSet?: string | undefined }): Promise<Page<MappingItem>>;
  /** Newest first. Consistent. */
  revisions(key: MappingKey, options?: Paging): Promise<Page<Revision>>;
  /** By account, region and name. */
  clusters(options?: Paging): Promise<Page<ClusterItem>>;
  /** By namespace and service account. Consistent. */
  associations(cluster: Incarnation, options?: Paging): Promise<Page<AssociationItem>>;
  /** By cluster. */
  associationsOfMapping(key: MappingKey, options?: Paging): Promise<Page<AssociationRef>>;
  associationsById(associationId: string, options?: CallOptions): Promise<readonly AssociationRef[]>;
  /** Names are compared without regard to case, as IAM does. */
  usersOfRole(role: RoleName, as: RoleUse['as'], options?: Paging): Promise<Page<AssociationRef>>;
  /** By id. Consistent. */
  findingsOfCluster(clusterArn: string, options?: Paging): Promise<Page<FindingItem>>;
  /** Newest first. */
  findings(status: FindingStatus, options?: Paging): Promise<Page<FindingItem>>;
  /** Newest first; without a cluster, what was done for the whole fleet. Consistent. */
  auditOfCluster(clusterArn: string | undefined, options?: Paging): Promise<Page<WrittenAuditEntry>>;
  /** Newest first. */
  auditOfMapping(key: MappingKey, options?: Paging): Promise<Page<WrittenAuditEntry>>;
  /** Those that are not done. */
  runningJobs(options?: Paging): Promise<Page<Job>>;
  /** Newest first; as long as they are kept. */
  enrolmentRequests(options?: Paging): Promise<Page<EnrolmentRequest>>;
}

/** A role as IAM's events name it: without its path. */
export interface RoleName {
  readonly account: string;
  readonly roleName: string;
}
