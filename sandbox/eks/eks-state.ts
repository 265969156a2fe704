import type { Clock } from '../clock.ts';
import type { RandomSource } from '../random.ts';
import { Timeline } from '../timeline.ts';
import { DEFAULT_KUBERNETES_VERSION } from './addon-catalogue.ts';
import type { AssociationSeed, GeneratedAssociations } from './association.ts';
import { type AddonSeed, type ClusterStart, ClusterState } from './cluster-state.ts';

export type { Association, AssociationSeed, GeneratedAssociations } from './association.ts';
export type { AddonSeed, ClusterState } from './cluster-state.ts';

/** A cluster as a seed describes it; what is left out has EKS's defaults. */
export interface ClusterSeed {
  readonly name: string;
  /** Kubernetes version, `1.34`. */
  readonly version?: string;
  /** `eks.4` */
  readonly platformVersion?: string;
  readonly roleArn?: string;
  readonly tags?: Readonly<Record<string, string>>;
  /** Epoch milliseconds; now unless said otherwise. */
  readonly createdAt?: number;
  /** EKS Auto Mode, which has the agent built in. */
  readonly autoMode?: boolean;
  /** A state that the cluster stays in; ACTIVE unless said otherwise. */
  readonly status?: 'ACTIVE' | 'CREATING' | 'UPDATING' | 'FAILED' | 'DELETING' | 'PENDING';
  /** Associations made from an index. */
  readonly generated?: GeneratedAssociations;
  /** Associations written out; they are not validated, so that a seed can hold broken ones. */
  readonly associations?: readonly AssociationSeed[];
  readonly addons?: readonly AddonSeed[];
}

/** Where an EKS is, and what it takes time and names from. */
export interface EksOptions {
  readonly partition: string;
  readonly account: string;
  readonly region: string;
  readonly clock: Clock;
  readonly random: RandomSource;
}

/** EKS of one account and region. */
export class EksState {
  readonly partition: string;
  readonly account: string;
  readonly region: string;
  private readonly clock: Clock;
  private readonly random: RandomSource;
  private readonly clusters = new Map<string, Timeline<ClusterState>>();
  /** Every name ever used, in order of first use: a list goes by the index, which never changes. */
  private readonly names: string[] = [];

  constructor(options: EksOptions) {
    this.partition = options.partition;
    this.account = options.account;
    this.region = options.region;
    this.clock = options.clock;
    this.random = options.random;
  }

  /** The cluster of this name, now or at another time (epoch milliseconds); undefined when there is none. */
  cluster(name: string, asOf: number = this.clock.now()): ClusterState | undefined {
    return this.clusters.get(name)?.at(asOf);
  }

  /** Puts a cluster there without the API's checks. Throws a plain Error when the name is taken. */
  addCluster(seed: ClusterSeed): ClusterState {
    if (this.cluster(seed.name))
      throw new Error(`${this.account} ${this.region} has a cluster ${seed.name} already`);
    const createdAt = seed.createdAt ?? this.clock.now();
    const cluster = this.startCluster(
      {
        name: seed.name,
        createdAt,
        activeAt: createdAt,
        status: seed.status ?? 'ACTIVE',
        tags: seed.tags ?? {},
        generated: seed.generated,
        settings: {
          version: seed.version ?? DEFAULT_KUBERNETES_VERSION,
          platformVersion: seed.platformVersion ?? 'eks.9',
          roleArn: seed.roleArn ?? `arn:${this.partition}:iam::${this.account}:role/${seed.name}-cluster`,
          resourcesVpcConfig: { endpointPublicAccess: true, endpointPrivateAccess: false },
          ...(seed.autoMode
            ? {
                computeConfig: { enabled: true, nodePools: ['general-purpose', 'system'] },
                storageConfig: { blockStorage: { enabled: true } },
                kubernetesNetworkConfig: { elasticLoadBalancing: { enabled: true } },
              }
            : {}),
        },
      },
      Number.NEGATIVE_INFINITY,
    );
    for (const association of seed.associations ?? []) cluster.addAssociation(association);
    for (const addon of seed.addons ?? []) cluster.addAddon(addon);
    return cluster;
  }

  /** Puts a cluster there, visible from a time on; its name must be free. */
  startCluster(
    start: Omit<ClusterStart, 'partition' | 'account' | 'region'>,
    visibleFrom: number = start.createdAt,
  ): ClusterState {
    const { partition, account, region } = this;
    const cluster = new ClusterState({ ...start, partition, account, region }, this.clock, this.random);
    const timeline = this.clusters.get(start.name);
    if (timeline) {
      timeline.set(this.clock.now(), cluster);
    } else {
      this.clusters.set(start.name, new Timeline(visibleFrom, cluster));
      this.names.push(start.name);
    }
    return cluster;
  }

  /** Takes a cluster and everything in it away at a time (epoch milliseconds); DELETING until then. */
  removeCluster(name: string, now: number, goneAt: number): void {
    this.clusters.get(name)?.latest()?.markDeleting(now);
    this.clusters.get(name)?.set(goneAt, undefined);
  }

  /** How many clusters and associations there are now. */
  counts(): { readonly clusters: number; readonly associations: number } {
    const now = this.clock.now();
    const clusters = this.names.flatMap((name) => this.cluster(name, now) ?? []);
    return {
      clusters: clusters.length,
      associations: clusters.reduce((sum, cluster) => sum + cluster.associationCount(), 0),
    };
  }

  /** At most `limit` cluster names from a position on, as they were at a time; `next` is absent at the end. */
  clusterNames(
    from: number,
    limit: number,
    asOf: number,
  ): { readonly names: string[]; readonly next?: number } {
    const names: string[] = [];
    for (let position = from; position < this.names.length; position++) {
      const name = this.names[position];
      if (name === undefined || !this.cluster(name, asOf)) continue;
      if (names.length === limit) return { names, next: position };
      names.push(name);
    }
    return { names };
  }
}
