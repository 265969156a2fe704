import type { AddonPodIdentityAssociations } from '@aws-sdk/client-eks';
import type { Call } from '../operation.ts';
import type { Addon } from './addon.ts';
import { catalogueAddon } from './addon-catalogue.ts';
import type { Association } from './association.ts';
import type { ClusterState } from './cluster-state.ts';
import { checkFree } from './create-pod-identity-association.ts';
import { invalidParameter } from './eks-errors.ts';
import { present } from './existing.ts';
import { checkAssociationRole } from './role-check.ts';

/** The part of an add-on that decides over its associations. */
type Owner = Pick<Addon, 'addonName' | 'addonArn' | 'addonVersion' | 'namespace' | 'associationIds'>;
interface Wanted {
  readonly serviceAccount: string;
  readonly roleArn: string;
}

/**
 * Checks everything about the associations that an add-on should own and answers how to bring them about: checks
 * throw and change nothing, carrying out cannot fail. Carrying out answers the ids that the add-on owns then.
 */
export function planAddonAssociations(
  call: Call,
  cluster: ClusterState,
  addon: Owner,
  input: readonly AddonPodIdentityAssociations[],
): () => readonly string[] {
  const wanted = input.map((one) => ({
    serviceAccount: present(one.serviceAccount),
    roleArn: present(one.roleArn),
  }));
  checkNoneTwice(wanted, { clusterName: cluster.name, addonName: addon.addonName });
  const owned = ownedAssociations(cluster, addon, call.now);
  for (const one of wanted) checkWanted(call, cluster, addon, owned, one);
  return () => {
    for (const association of owned) {
      if (!wanted.some(({ serviceAccount }) => serviceAccount === association.serviceAccount)) {
        cluster.associations.remove(association.associationId, call.now);
      }
    }
    return wanted.map((one) => bind(call, cluster, addon, owned, one));
  };
}

function checkNoneTwice(wanted: readonly Wanted[], members: Readonly<Record<string, unknown>>): void {
  if (new Set(wanted.map(({ serviceAccount }) => serviceAccount)).size === wanted.length) return;
  throw invalidParameter('A service account appears more than once in podIdentityAssociations.', members);
}

/** The associations of an add-on that are there. */
function ownedAssociations(cluster: ClusterState, addon: Owner, now: number): readonly Association[] {
  return addon.associationIds.flatMap((id) => cluster.associations.byId(id, now) ?? []);
}

/** Takes away everything that an add-on owns. */
export function removeAddonAssociations(call: Call, cluster: ClusterState, addon: Owner): void {
  for (const { associationId } of ownedAssociations(cluster, addon, call.now)) {
    cluster.associations.remove(associationId, call.now);
  }
}

function checkWanted(
  call: Call,
  cluster: ClusterState,
  addon: Owner,
  owned: readonly Association[],
  { serviceAccount, roleArn }: Wanted,
): void {
  const { addonName, namespace } = addon;
  const members = { clusterName: cluster.name, addonName };
  const supported = catalogueAddon(addonName)?.serviceAccounts ?? [];
  if (supported.length === 0) {
    throw invalidParameter(
      `Pod Identity feature is not supported for addon version: ${addon.addonVersion}`,
      members,
    );
  }
  if (!supported.includes(serviceAccount)) {
    throw invalidParameter(
      `Service account ${serviceAccount} in pod identity configuration is not supported for addon ${addonName}`,
      members,
    );
  }
  checkAssociationRole(call, cluster, { roleArn, namespace, serviceAccount, disableSessionTags: false });
  if (!owned.some((one) => one.serviceAccount === serviceAccount)) {
    checkFree(call, cluster, namespace, serviceAccount);
  }
}

function bind(
  call: Call,
  cluster: ClusterState,
  addon: Owner,
  owned: readonly Association[],
  { serviceAccount, roleArn }: Wanted,
): string {
  const before = owned.find((one) => one.serviceAccount === serviceAccount);
  if (!before) {
    const { namespace, addonArn: ownerArn } = addon;
    const associationId = cluster.newAssociationId();
    const seed = { associationId, namespace, serviceAccount, roleArn, ownerArn, createdAt: call.now };
    return cluster.associations.create(seed, call.now).associationId;
  }
  if (before.roleArn !== roleArn) {
    cluster.associations.replace({ ...before, roleArn, modifiedAt: call.now }, call.now);
  }
  return before.associationId;
}
