import { type AdvanceableClock, advanceable, type Clock, systemClock } from './clock.ts';
import { Trail } from './cloudtrail/trail.ts';
import { EksState } from './eks/eks-state.ts';
import { IamState } from './iam/iam-state.ts';
import { partitionOf } from './partition.ts';
import { type RandomSource, seededRandom } from './random.ts';
import { SessionStore } from './sts/session-store.ts';
import { SwitchBoard, type SwitchesInput } from './switches.ts';
import type { World } from './world.ts';

/** How a world begins. */
export interface WorldOptions {
  /** Real time unless given. */
  readonly clock?: Clock | undefined;
  /** The same seed and the same calls give the same ids; 1 unless given. */
  readonly seed?: number | undefined;
  readonly switches?: SwitchesInput | undefined;
  /** Puts things there, at the start and again after each reset. */
  readonly populate?: ((world: World) => void) | undefined;
  /** How many CloudTrail events stay readable. */
  readonly trailCapacity?: number | undefined;
}

/** A world that can begin again. */
export interface ResettableWorld extends World {
  /** Back to how it was at the start. Clock, switches and subscribers stay as they are. */
  reset(): void;
  /** What there is, in numbers. */
  summary(): WorldSummary;
}

/** What there is in a world, by account and by account and region. */
export interface WorldSummary {
  readonly accounts: readonly { readonly account: string; readonly roles: number }[];
  readonly regions: readonly {
    readonly account: string;
    readonly region: string;
    readonly clusters: number;
    readonly associations: number;
  }[];
}

/** Makes a world, empty or as `populate` leaves it. */
export function createWorld(options: WorldOptions = {}): ResettableWorld {
  const clock: AdvanceableClock = options.clock ? advanceable(options.clock) : systemClock();
  const seed = options.seed ?? 1;
  const iam = new Map<string, IamState>();
  const eks = new Map<string, EksState>();
  let random: RandomSource = seededRandom(seed);
  let sessions = new SessionStore();
  const world: ResettableWorld = {
    clock,
    trail: new Trail(options.trailCapacity),
    switches: new SwitchBoard(options.switches),
    get random() {
      return random;
    },
    get sessions() {
      return sessions;
    },
    iam: (account) => getOrMake(iam, account, () => new IamState(account)),
    eks: (account, region) =>
      getOrMake(eks, `${account} ${region}`, () => {
        return new EksState({ partition: partitionOf(region), account, region, clock, random });
      }),
    reset() {
      iam.clear();
      eks.clear();
      random = seededRandom(seed);
      sessions = new SessionStore();
      world.trail.clear();
      options.populate?.(world);
    },
    summary: () => summaryOf(iam, eks),
  };
  options.populate?.(world);
  return world;
}

function getOrMake<T>(map: Map<string, T>, key: string, make: () => T): T {
  const known = map.get(key);
  if (known) return known;
  const made = make();
  map.set(key, made);
  return made;
}

function summaryOf(iam: ReadonlyMap<string, IamState>, eks: ReadonlyMap<string, EksState>): WorldSummary {
  return {
    accounts: [...iam.values()].map((state) => ({ account: state.account, roles: state.roleCount() })),
    regions: [...eks.values()].map((state) => ({
      account: state.account,
      region: state.region,
      ...state.counts(),
    })),
  };
}
