import type { AnyOperation } from '../operation.ts';
import { createAddon } from './create-addon.ts';
import { createCluster } from './create-cluster.ts';
import { createPodIdentityAssociation } from './create-pod-identity-association.ts';
import { deleteAddon } from './delete-addon.ts';
import { deleteCluster } from './delete-cluster.ts';
import { deletePodIdentityAssociation } from './delete-pod-identity-association.ts';
import { describeAddon } from './describe-addon.ts';
import { describeAddonVersions } from './describe-addon-versions.ts';
import { describeCluster } from './describe-cluster.ts';
import { describePodIdentityAssociation } from './describe-pod-identity-association.ts';
import { describeUpdate } from './describe-update.ts';
import { listAddons } from './list-addons.ts';
import { listClusters } from './list-clusters.ts';
import { listPodIdentityAssociations } from './list-pod-identity-associations.ts';
import { listTagsForResource } from './list-tags-for-resource.ts';
import { tagResource } from './tag-resource.ts';
import { untagResource } from './untag-resource.ts';
import { updateAddon } from './update-addon.ts';
import { updatePodIdentityAssociation } from './update-pod-identity-association.ts';

/** Every EKS operation that the sandbox knows. */
export const eksOperations: readonly AnyOperation[] = [
  createAddon,
  createCluster,
  createPodIdentityAssociation,
  deleteAddon,
  deleteCluster,
  deletePodIdentityAssociation,
  describeAddon,
  describeAddonVersions,
  describeCluster,
  describePodIdentityAssociation,
  describeUpdate,
  listAddons,
  listClusters,
  listPodIdentityAssociations,
  listTagsForResource,
  tagResource,
  untagResource,
  updateAddon,
  updatePodIdentityAssociation,
];
