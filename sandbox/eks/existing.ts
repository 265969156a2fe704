import type { Call } from '../operation.ts';
import type { Addon } from './addon.ts';
import type { Association } from './association.ts';
import type { ClusterState } from './cluster-state.ts';
import { invalidParameter, invalidRequest, resourceNotFound } from './eks-errors.ts';

/** A member that the wire has found to be there. Throws a plain Error, for that is a fault of the sandbox. */
export function present<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('a required member passed the wire without a value');
  return value;
}

/** The cluster as this call may see it; 404 when it is not there. */
export function existingCluster(call: Call, name: string | undefined): ClusterState {
  const clusterName = present(name);
  const cluster = call.world.eks(call.account, call.region).cluster(clusterName, call.asOf);
  if (cluster) return cluster;
  throw resourceNotFound(`No cluster found for name: ${clusterName}.`, { clusterName });
}

/**
 * The cluster, if it can be changed. Which states EKS refuses, and how, is unknown (facts §1.4); those in which
 * there is no control plane to serve are.
 */
export function changeableCluster(call: Call, name: string | undefined): ClusterState {
  const cluster = existingCluster(call, name);
  const status = cluster.status(call.now);
  if (status === 'ACTIVE' || status === 'UPDATING') return cluster;
  throw invalidRequest(`Cluster ${cluster.name} is not in ACTIVE status; its status is ${status}.`, {
    clusterName: cluster.name,
  });
}

/** `a-` and 17 more. */
const ASSOCIATION_ID_LENGTH = 19;

/** The association as this call may see it; 400 for an id of a wrong length, 404 when it is not there. */
export function existingAssociation(call: Call, cluster: ClusterState, id: string | undefined): Association {
  const associationId = present(id);
  if (associationId.length !== ASSOCIATION_ID_LENGTH) {
    throw invalidParameter(
      `The parameter associationId should be ${ASSOCIATION_ID_LENGTH} characters long.`,
      {
        clusterName: cluster.name,
      },
    );
  }
  const association = cluster.associations.byId(associationId, call.asOf);
  if (association) return association;
  // EKS's wording is unknown (facts §1.4).
  throw resourceNotFound(`No association found for id: ${associationId}.`, { clusterName: cluster.name });
}

/** The add-on as this call may see it; 404 when it is not there. */
export function existingAddon(call: Call, cluster: ClusterState, name: string | undefined): Addon {
  const addonName = present(name);
  const addon = cluster.addons.get(addonName)?.at(call.asOf);
  if (addon) return addon;
  throw resourceNotFound(`No addon: ${addonName} found in cluster: ${cluster.name}`, {
    clusterName: cluster.name,
    addonName,
  });
}

/** The ARN that access to a cluster is decided on, whether it exists or not. */
export function clusterArn(call: Call, name: string | undefined): string {
  return `arn:${call.partition}:eks:${call.region}:${call.account}:cluster/${name}`;
}

/** The ARN that access to an association is decided on, whether it exists or not (facts §4.5). */
export function associationArn(
  call: Call,
  cluster: string | undefined,
  associationId: string | undefined,
): string {
  return `arn:${call.partition}:eks:${call.region}:${call.account}:podidentityassociation/${cluster}/${associationId}`;
}

/** The ARN that access to an add-on is decided on, whether it exists or not: its last part is not known before. */
export function addonArn(call: Call, cluster: string | undefined, addonName: string | undefined): string {
  const addon = call.world
    .eks(call.account, call.region)
    .cluster(cluster ?? '')
    ?.addons.get(addonName ?? '')
    ?.latest();
  if (addon) return addon.addonArn;
  return `arn:${call.partition}:eks:${call.region}:${call.account}:addon/${cluster}/${addonName}/*`;
}
