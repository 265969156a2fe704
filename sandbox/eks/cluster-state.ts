import type { Cluster } from '@aws-sdk/client-eks';
import type { Clock } from '../clock.ts';
import { newAssociationId, newGuid, type RandomSource } from '../random.ts';
import { Timeline } from '../timeline.ts';
import type { Addon, AddonUpdate } from './addon.ts';
import { catalogueAddon } from './addon-catalogue.ts';
import type { Association, AssociationSeed, GeneratedAssociations } from './association.ts';
import { AssociationStore } from './association-store.ts';

/** An add-on as a seed describes it. */
export interface AddonSeed {
  readonly addonName: string;
  /** The catalogue's default unless said otherwise. */
  readonly addonVersion?: string;
  /** ACTIVE unless said otherwise. */
  readonly status?: string;
  readonly tags?: Readonly<Record<string, string>>;
  /** The associations that the add-on owns. */
  readonly podIdentityAssociations?: readonly { readonly serviceAccount: string; readonly roleArn: string }[];
}

/** The part of a cluster that the API may set and read but that changes nothing here. */
export type ClusterSettings = Pick<
  Cluster,
  | 'version'
  | 'platformVersion'
  | 'roleArn'
  | 'resourcesVpcConfig'
  | 'kubernetesNetworkConfig'
  | 'logging'
  | 'encryptionConfig'
  | 'accessConfig'
  | 'upgradePolicy'
  | 'zonalShiftConfig'
  | 'remoteNetworkConfig'
  | 'computeConfig'
  | 'storageConfig'
  | 'deletionProtection'
>;

/** How a cluster begins. Times are epoch milliseconds. */
export interface ClusterStart {
  readonly partition: string;
  readonly account: string;
  readonly region: string;
  readonly name: string;
  readonly createdAt: number;
  /** CREATING before this time. */
  readonly activeAt: number;
  /** The state from `activeAt` on. */
  readonly status: string;
  readonly settings: ClusterSettings;
  readonly tags: Readonly<Record<string, string>>;
  readonly generated?: GeneratedAssociations | undefined;
}

/** One cluster, from its creation to its deletion; a re-created cluster is another one. */
export class ClusterState {
  readonly name: string;
  readonly arn: string;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  readonly settings: ClusterSettings;
  readonly tags: Timeline<Readonly<Record<string, string>>>;
  readonly associations: AssociationStore;
  readonly addons = new Map<string, Timeline<Addon>>();
  readonly updates = new Map<string, AddonUpdate>();
  private readonly start: ClusterStart;
  private readonly clock: Clock;
  private readonly random: RandomSource;
  private deletingAt = Number.POSITIVE_INFINITY;

  constructor(start: ClusterStart, clock: Clock, random: RandomSource) {
    this.start = start;
    this.clock = clock;
    this.random = random;
    this.name = start.name;
    this.arn = `arn:${start.partition}:eks:${start.region}:${start.account}:cluster/${start.name}`;
    this.createdAt = start.createdAt;
    this.settings = start.settings;
    this.tags = new Timeline(Number.NEGATIVE_INFINITY, start.tags);
    this.associations = new AssociationStore((seed) => this.complete(seed), start.generated);
  }

  /** The cluster's state at a time, as EKS words it. */
  status(asOf: number): string {
    if (asOf >= this.deletingAt) return 'DELETING';
    return asOf < this.start.activeAt ? 'CREATING' : this.start.status;
  }

  markDeleting(now: number): void {
    this.deletingAt = now;
  }

  /** How many associations there are now. */
  associationCount(): number {
    return this.associations.count();
  }

  /** Puts an association there without the API's checks. Throws a plain Error when its key or id is taken. */
  addAssociation(seed: AssociationSeed): void {
    const now = this.clock.now();
    if (this.associations.knows(seed.associationId)) {
      throw new Error(`cluster ${this.name} has an association ${seed.associationId} already`);
    }
    if (this.associations.byKey(seed.namespace, seed.serviceAccount, now)) {
      throw new Error(
        `cluster ${this.name} has an association for ${seed.namespace}/${seed.serviceAccount} already`,
      );
    }
    // It was there all along, also for a stale read.
    this.associations.create({ createdAt: this.createdAt, ...seed }, Number.NEGATIVE_INFINITY);
  }

  /** Puts an add-on and the associations it owns there without the API's checks. */
  addAddon(seed: AddonSeed): void {
    const catalogue = catalogueAddon(seed.addonName);
    const addonArn = this.newAddonArn(seed.addonName);
    const namespace = catalogue?.namespace ?? 'kube-system';
    const associationIds = (seed.podIdentityAssociations ?? []).map((wanted) => {
      const associationId = this.newAssociationId();
      this.addAssociation({ ...wanted, associationId, namespace, ownerArn: addonArn });
      return associationId;
    });
    const addon: Addon = {
      addonName: seed.addonName,
      addonArn,
      addonVersion: seed.addonVersion ?? catalogue?.versions[0] ?? 'v1.0.0-eksbuild.1',
      status: seed.status ?? 'ACTIVE',
      pendingStatus: 'CREATING',
      readyAt: this.createdAt,
      createdAt: this.createdAt,
      modifiedAt: this.createdAt,
      tags: seed.tags ?? {},
      namespace,
      associationIds,
    };
    this.addons.set(seed.addonName, new Timeline(Number.NEGATIVE_INFINITY, addon));
  }

  /** Puts an add-on there, changes it, or (undefined) removes it. */
  setAddon(addonName: string, addon: Addon | undefined, now: number): void {
    const timeline = this.addons.get(addonName);
    if (timeline) timeline.set(now, addon);
    else this.addons.set(addonName, new Timeline(now, addon));
  }

  /** An association id that this cluster never had. */
  newAssociationId(): string {
    for (;;) {
      const associationId = newAssociationId(this.random);
      if (!this.associations.knows(associationId)) return associationId;
    }
  }

  newAddonArn(addonName: string): string {
    const { partition, region, account } = this.start;
    return `arn:${partition}:eks:${region}:${account}:addon/${this.name}/${addonName}/${newGuid(this.random)}`;
  }

  associationArn(associationId: string): string {
    const { partition, region, account } = this.start;
    return `arn:${partition}:eks:${region}:${account}:podidentityassociation/${this.name}/${associationId}`;
  }

  /** `region/account/cluster/namespace/serviceAccount` (facts §4.3). */
  externalId(namespace: string, serviceAccount: string): string {
    return [this.start.region, this.start.account, this.name, namespace, serviceAccount].join('/');
  }

  private complete(seed: AssociationSeed): Association {
    const createdAt = seed.createdAt ?? this.createdAt;
    return {
      clusterName: this.name,
      associationArn: this.associationArn(seed.associationId),
      ...seed,
      tags: seed.tags ?? {},
      disableSessionTags: seed.disableSessionTags ?? false,
      createdAt,
      modifiedAt: seed.modifiedAt ?? createdAt,
      ...(seed.targetRoleArn === undefined
        ? {}
        : { externalId: this.externalId(seed.namespace, seed.serviceAccount) }),
    };
  }
}
