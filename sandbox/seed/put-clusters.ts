import { createHash } from 'node:crypto';
import type { AddonSeed, AssociationSeed, ClusterSeed } from '#sandbox/eks/eks-state.ts';
import { partitionOf } from '#sandbox/partition.ts';
import type { World } from '#sandbox/world.ts';
import { managedTags } from './ownership-tags.ts';
import { dateOf } from './put-iam.ts';
import { documentText } from './seed-documents.ts';
import type { Seed, SeedAccount, SeedAddon, SeedAssociation, SeedCluster, SeedDrift } from './seed-schema.ts';

/** Puts the clusters of every account there, as drift left them. */
export function putClusters(world: World, seed: Seed, since: number): void {
  for (const [account, content] of Object.entries(seed.accounts)) {
    for (const [region, { clusters }] of Object.entries(content.regions)) {
      for (const [name, cluster] of Object.entries(clusters)) {
        const place = { account, region, name, content, cluster, since };
        world.eks(account, region).addCluster(clusterFrom(place, seed.drift));
      }
    }
  }
}

/** A cluster of a seed with all that is around it. */
interface Place {
  readonly account: string;
  readonly region: string;
  readonly name: string;
  readonly content: SeedAccount;
  readonly cluster: SeedCluster;
  readonly since: number;
}

function clusterFrom(place: Place, drift: readonly SeedDrift[]): ClusterSeed {
  const { name, cluster, since } = place;
  const { version, platformVersion, status } = cluster;
  return {
    name,
    ...(version === undefined ? {} : { version }),
    ...(platformVersion === undefined ? {} : { platformVersion }),
    ...(status === undefined ? {} : { status }),
    autoMode: cluster.autoMode,
    tags: cluster.tags,
    createdAt: dateOf(cluster.createdAt, since),
    associations: [...associationsOf(place, drift).values()],
    addons: Object.entries(cluster.addons).map(([addonName, addon]) => addonFrom(place, addonName, addon)),
  };
}

function addonFrom(place: Place, addonName: string, addon: SeedAddon): AddonSeed {
  const { version, status, tags } = addon;
  return {
    addonName,
    ...(version === undefined ? {} : { addonVersion: version }),
    ...(status === undefined ? {} : { status }),
    ...(tags === undefined ? {} : { tags }),
    podIdentityAssociations: Object.entries(addon.podIdentityAssociations).map(([serviceAccount, role]) => ({
      serviceAccount,
      roleArn: roleArn(place, role),
    })),
  };
}

function associationsOf(place: Place, drift: readonly SeedDrift[]): Map<string, AssociationSeed> {
  const associations = new Map<string, AssociationSeed>();
  for (const [key, association] of Object.entries(place.cluster.associations)) {
    associations.set(key, associationFrom(place, key, association, place.cluster.managedBy));
  }
  const cluster = `${place.account}/${place.region}/${place.name}`;
  for (const item of drift) {
    if ('cluster' in item && item.cluster === cluster) driftAssociation(place, item, associations);
  }
  return associations;
}

type AssociationDrift = Extract<SeedDrift, { readonly key: string }>;

function driftAssociation(
  place: Place,
  item: AssociationDrift,
  associations: Map<string, AssociationSeed>,
): void {
  const { key } = item;
  if (item.what === 'associationDeleted') {
    associations.delete(key);
  } else if (item.what === 'associationCreated') {
    associations.set(key, associationFrom(place, key, item.association, undefined));
  } else {
    const before = associations.get(key);
    if (!before) throw new Error(`cluster ${item.cluster} has no association for ${key}`);
    associations.set(key, changed(place, before, item.change));
  }
}

type Change = Extract<SeedDrift, { readonly change: unknown }>['change'];

function changed(place: Place, before: AssociationSeed, change: Change): AssociationSeed {
  const { targetRoleArn, policy, ...rest } = before;
  const target = change.targetRole === undefined ? targetRoleArn : change.targetRole;
  const document = change.policy === undefined ? policy : change.policy;
  const tags = Object.entries({ ...before.tags, ...change.tags });
  return {
    ...rest,
    ...(change.role === undefined ? {} : { roleArn: roleArn(place, change.role) }),
    ...(target === undefined || target === null ? {} : { targetRoleArn: roleArn(place, target) }),
    ...(document === undefined || document === null ? {} : { policy: documentText(document) }),
    ...(change.disableSessionTags === undefined ? {} : { disableSessionTags: change.disableSessionTags }),
    ...(change.id === undefined ? {} : { associationId: change.id }),
    tags: Object.fromEntries(tags.flatMap(([key, value]) => (value === null ? [] : [[key, value]]))),
  };
}

function associationFrom(
  place: Place,
  key: string,
  association: SeedAssociation,
  clusterManagedBy: string | undefined,
): AssociationSeed {
  const [namespace = '', serviceAccount = ''] = key.split('/');
  const { targetRole, disableSessionTags, policy, managedBy = clusterManagedBy ?? 'none' } = association;
  const ours = managedBy === 'none' ? {} : managedTags(managedBy, place.cluster.tags, key);
  return {
    associationId: association.id ?? associationId(`${place.account} ${place.region} ${place.name} ${key}`),
    namespace,
    serviceAccount,
    roleArn: roleArn(place, association.role),
    ...(targetRole === undefined ? {} : { targetRoleArn: roleArn(place, targetRole) }),
    ...(disableSessionTags === undefined ? {} : { disableSessionTags }),
    ...(policy === undefined ? {} : { policy: documentText(policy) }),
    tags: { ...association.tags, ...ours },
    createdAt: dateOf(association.createdAt, place.since),
  };
}

function roleArn(place: Place, role: string): string {
  if (role.startsWith('arn:')) return role;
  const path = place.content.roles[role]?.path ?? '/';
  return `arn:${partitionOf(place.region)}:iam::${place.account}:role${path}${role}`;
}

const LETTERS = 'abcdefghijklmnopqrstuvwxyz0123456789';

/** An id that depends on nothing but what it is for: the same seed gives the same ids. */
function associationId(source: string): string {
  const digest = createHash('sha256').update(source).digest().subarray(0, 17);
  return `a-${Array.from(digest, (byte) => LETTERS.charAt(byte % LETTERS.length)).join('')}`;
}
