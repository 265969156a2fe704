import type { AssociationSeed, GeneratedAssociations } from './association.ts';

export type { Association, AssociationSeed, GeneratedAssociations } from './association.ts';

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

/** An add-on as a seed describes it. */
export interface AddonSeed {
  readonly addonName: string;
  /** The catalogue's default for the cluster's Kubernetes version unless said otherwise. */
  readonly addonVersion?: string;
  /** ACTIVE unless said otherwise. */
  readonly status?: string;
  readonly tags?: Readonly<Record<string, string>>;
  /** The associations that the add-on owns. */
  readonly podIdentityAssociations?: readonly { readonly serviceAccount: string; readonly roleArn: string }[];
}

/** EKS of one account and region. */
export interface EksState {
  readonly partition: string;
  readonly account: string;
  readonly region: string;
  /** The cluster of this name, as it is now; undefined when there is none. */
  cluster(name: string): ClusterState | undefined;
  /** Puts a cluster there without the API's checks. Throws a plain Error when the name is taken. */
  addCluster(seed: ClusterSeed): ClusterState;
}

/** One cluster, from its creation to its deletion; a re-created cluster is another one. */
export interface ClusterState {
  readonly name: string;
  readonly arn: string;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  /** How many associations there are now. */
  associationCount(): number;
  /** Puts an association there without the API's checks. Throws a plain Error when its key or id is taken. */
  addAssociation(seed: AssociationSeed): void;
  addAddon(seed: AddonSeed): void;
}
