import { addonNotifications } from './eks/addon-notifications.ts';
import { createAddon } from './eks/create-addon.ts';
import { createCluster } from './eks/create-cluster.ts';
import { createPodIdentityAssociation } from './eks/create-pod-identity-association.ts';
import { deleteAddon } from './eks/delete-addon.ts';
import { deleteCluster } from './eks/delete-cluster.ts';
import { deletePodIdentityAssociation } from './eks/delete-pod-identity-association.ts';
import { tagResource } from './eks/tag-resource.ts';
import { untagResource } from './eks/untag-resource.ts';
import { updateAddon } from './eks/update-addon.ts';
import { updateClusterConfig } from './eks/update-cluster-config.ts';
import { updatePodIdentityAssociation } from './eks/update-pod-identity-association.ts';
import { attachRolePolicy } from './iam/attach-role-policy.ts';
import { createRole } from './iam/create-role.ts';
import { deleteRole } from './iam/delete-role.ts';
import { deleteRolePermissionsBoundary } from './iam/delete-role-permissions-boundary.ts';
import { deleteRolePolicy } from './iam/delete-role-policy.ts';
import { detachRolePolicy } from './iam/detach-role-policy.ts';
import { putRolePermissionsBoundary } from './iam/put-role-permissions-boundary.ts';
import { putRolePolicy } from './iam/put-role-policy.ts';
import { tagRole } from './iam/tag-role.ts';
import { untagRole } from './iam/untag-role.ts';
import { updateAssumeRolePolicy } from './iam/update-assume-role-policy.ts';
import type { InboundKind } from './inbound-kind.ts';

/** Every kind of event that we act on. Patterns, docs/events.md and the reader are made from this table. */
export const INBOUND_KINDS: readonly InboundKind[] = [
  createPodIdentityAssociation,
  updatePodIdentityAssociation,
  deletePodIdentityAssociation,
  tagResource,
  untagResource,
  createCluster,
  deleteCluster,
  updateClusterConfig,
  createAddon,
  updateAddon,
  deleteAddon,
  ...addonNotifications,
  createRole,
  deleteRole,
  updateAssumeRolePolicy,
  attachRolePolicy,
  detachRolePolicy,
  putRolePolicy,
  deleteRolePolicy,
  tagRole,
  untagRole,
  putRolePermissionsBoundary,
  deleteRolePermissionsBoundary,
];

const BY_NAME: ReadonlyMap<string, InboundKind> = new Map(
  INBOUND_KINDS.map((kind) => [`${kind.source} ${kind.name}`, kind]),
);

/** The kind of an event by its source and name; `undefined` when we do not act on it. */
export function findKind(source: string, name: string): InboundKind | undefined {
  return BY_NAME.get(`${source} ${name}`);
}
