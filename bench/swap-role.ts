import { UpdatePodIdentityAssociationCommand } from '@aws-sdk/client-eks';
import type { Association } from '#sandbox/eks/association.ts';
import { ROGUE_ROLES, type ScaleCluster } from '#test/scale/scale-fleet.ts';
import type { ScaleHub } from '#test/scale/scale-hub.ts';

/** Somebody binds another role, behind Rolecall's back. */
export async function swapRole(
  hub: ScaleHub,
  cluster: ScaleCluster,
  { associationId }: Association,
): Promise<void> {
  const roleArn = `arn:aws:iam::${cluster.account}:role/${ROGUE_ROLES[0]}`;
  const input = { clusterName: cluster.name, associationId, roleArn };
  await hub.eks(cluster).send(new UpdatePodIdentityAssociationCommand(input));
}
