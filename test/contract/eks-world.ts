import type { ClusterRef } from '#shared/domain/cluster.ts';
import type { Addons } from '#shared/ports/addons.ts';
import type { Caller } from '#shared/ports/caller.ts';
import type { CallCounts } from '#shared/ports/calls.ts';
import type { Clusters } from '#shared/ports/clusters.ts';
import type { PodIdentityReader, PodIdentityWriter } from '#shared/ports/pod-identity.ts';
import type { Roles } from '#shared/ports/roles.ts';

/** The cluster that every contract is about: it is there, ACTIVE and empty. */
export const CLUSTER: ClusterRef = {
  partition: 'aws',
  account: '111122223333',
  region: 'eu-west-1',
  name: 'c1',
};
/** A cluster that is not there. */
export const NO_CLUSTER: ClusterRef = { ...CLUSTER, name: 'c2' };

/** Roles of the cluster's account, and what EKS thinks of them. */
export const ROLES = {
  accepted: 'arn:aws:iam::111122223333:role/app-one',
  alsoAccepted: 'arn:aws:iam::111122223333:role/app-two',
  missing: 'arn:aws:iam::111122223333:role/nobody',
  distrusting: 'arn:aws:iam::111122223333:role/closed',
  ofAnotherAccount: 'arn:aws:iam::444455556666:role/app-one',
} as const;

/** What can be made to go wrong: AWS's operations as the ports call them. */
export type Troubled = 'list' | 'describe' | 'create' | 'update' | 'delete';

/** A world that a contract runs in: the ports under test, and a hand on the world behind them. */
export interface EksWorld {
  readonly reader: PodIdentityReader;
  readonly writer: PodIdentityWriter;
  readonly clusters: Clusters;
  readonly addons: Addons;
  readonly roles: Roles;
  readonly caller: Caller;
  /** Calls so far. */
  calls(): CallCounts;
  /** Puts so many associations on the cluster, for service accounts `fleet/app-0`, `fleet/app-1` … */
  fill(count: number): void;
  /** Puts an association there that an add-on owns, and answers its id. */
  addOwnedAssociation(ownerArn: string): string;
  addAgent(): void;
  deny(operation: Troubled): void;
  /** Every call is asked to slow down, for longer than anybody waits; until `calm`. */
  throttle(): void;
  /** The second page of a list fails, however often it is tried. */
  failSecondPage(): void;
  /** The next such write is carried out, and its answer never comes. */
  loseNextAnswer(operation: Troubled): void;
  /** Reads are this late from now on. */
  staleFor(milliseconds: number): void;
  passTime(milliseconds: number): void;
  /** Every trouble is over. */
  calm(): void;
  /** Calls take so long that somebody gives up: aborts as soon as a Describe is under way. */
  abortDuringDescribe(controller: AbortController): void;
  stop(): Promise<void>;
}
