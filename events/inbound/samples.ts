import { addonNotificationSample, addonNotifications } from './eks/addon-notifications.ts';
import { createAddon, createAddonSample } from './eks/create-addon.ts';
import { createCluster, createClusterSample } from './eks/create-cluster.ts';
import {
  createPodIdentityAssociation,
  createPodIdentityAssociationSample,
} from './eks/create-pod-identity-association.ts';
import { deleteAddon, deleteAddonSample } from './eks/delete-addon.ts';
import { deleteCluster, deleteClusterSample } from './eks/delete-cluster.ts';
import {
  deletePodIdentityAssociation,
  deletePodIdentityAssociationSample,
} from './eks/delete-pod-identity-association.ts';
import { tagResource, tagResourceSample } from './eks/tag-resource.ts';
import { untagResource, untagResourceSample } from './eks/untag-resource.ts';
import { updateAddon, updateAddonSample } from './eks/update-addon.ts';
import { updateClusterConfig, updateClusterConfigSample } from './eks/update-cluster-config.ts';
import {
  updatePodIdentityAssociation,
  updatePodIdentityAssociationSample,
} from './eks/update-pod-identity-association.ts';
import { attachRolePolicy, attachRolePolicySample } from './iam/attach-role-policy.ts';
import { createRole, createRoleSample } from './iam/create-role.ts';
import { deleteRole, deleteRoleSample } from './iam/delete-role.ts';
import {
  deleteRolePermissionsBoundary,
  deleteRolePermissionsBoundarySample,
} from './iam/delete-role-permissions-boundary.ts';
import { deleteRolePolicy, deleteRolePolicySample } from './iam/delete-role-policy.ts';
import { detachRolePolicy, detachRolePolicySample } from './iam/detach-role-policy.ts';
import {
  putRolePermissionsBoundary,
  putRolePermissionsBoundarySample,
} from './iam/put-role-permissions-boundary.ts';
import { putRolePolicy, putRolePolicySample } from './iam/put-role-policy.ts';
import { tagRole, tagRoleSample } from './iam/tag-role.ts';
import { untagRole, untagRoleSample } from './iam/untag-role.ts';
import { updateAssumeRolePolicy, updateAssumeRolePolicySample } from './iam/update-assume-role-policy.ts';
import type { InboundKind } from './inbound-kind.ts';
import type { JsonObject } from './read/json.ts';

/** A kind of event with one as AWS would send it. Apart from the registry, so that no function ships samples. */
export interface InboundSample {
  readonly kind: InboundKind;
  readonly event: JsonObject;
}

/** One sample of every kind. Made after the wire model where no real record was found (facts §12). */
export const INBOUND_SAMPLES: readonly InboundSample[] = [
  { kind: createPodIdentityAssociation, event: createPodIdentityAssociationSample() },
  { kind: updatePodIdentityAssociation, event: updatePodIdentityAssociationSample() },
  { kind: deletePodIdentityAssociation, event: deletePodIdentityAssociationSample() },
  { kind: tagResource, event: tagResourceSample() },
  { kind: untagResource, event: untagResourceSample() },
  { kind: createCluster, event: createClusterSample() },
  { kind: deleteCluster, event: deleteClusterSample() },
  { kind: updateClusterConfig, event: updateClusterConfigSample() },
  { kind: createAddon, event: createAddonSample() },
  { kind: updateAddon, event: updateAddonSample() },
  { kind: deleteAddon, event: deleteAddonSample() },
  { kind: createRole, event: createRoleSample() },
  { kind: deleteRole, event: deleteRoleSample() },
  { kind: updateAssumeRolePolicy, event: updateAssumeRolePolicySample() },
  { kind: attachRolePolicy, event: attachRolePolicySample() },
  { kind: detachRolePolicy, event: detachRolePolicySample() },
  { kind: putRolePolicy, event: putRolePolicySample() },
  { kind: deleteRolePolicy, event: deleteRolePolicySample() },
  { kind: tagRole, event: tagRoleSample() },
  { kind: untagRole, event: untagRoleSample() },
  { kind: putRolePermissionsBoundary, event: putRolePermissionsBoundarySample() },
  { kind: deleteRolePermissionsBoundary, event: deleteRolePermissionsBoundarySample() },
  ...addonNotifications.map((kind) => ({ kind, event: addonNotificationSample(kind.name) })),
];
