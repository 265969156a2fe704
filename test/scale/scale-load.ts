import {
  CreateAddonCommand,
  CreatePodIdentityAssociationCommand,
  DeleteAddonCommand,
  DeletePodIdentityAssociationCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdatePodIdentityAssociationCommand,
} from '@aws-sdk/client-eks';
import { TagRoleCommand } from '@aws-sdk/client-iam';
import type { Association } from '#sandbox/eks/association.ts';
import { type RandomSource, seededRandom } from '#sandbox/random.ts';
import type { ServiceAccountKey } from '#shared/domain/key.ts';
import { IDLE_ROLE, ROGUE_ROLES, SCALE_KEYS, type ScaleCluster } from './scale-fleet.ts';
import type { ScaleHub } from './scale-hub.ts';

/** What somebody does, and how often, relative to the others. */
const EPISODES = {
  /** Another role is bound. */
  swapped: 34,
  /** One of the tags that say whose it is, or all managed ones, are taken off. */
  untagged: 14,
  /** Session tags and session policy are changed. */
  session: 14,
  deleted: 10,
  /** Deleted and made again by hand, with another role. */
  recreated: 8,
  /** Three changes at once. */
  burst: 4,
  /** Changed again a few seconds after it was put right, or while it is. */
  again: 4,
  /** Noise: a tag of somebody's own. */
  tagged: 5,
  /** Noise: an association that no mapping names comes and goes. */
  stranger: 3,
  /** Noise: a role that no mapping names. */
  idleRole: 3,
  /** Noise: a tag of the cluster. */
  clusterTag: 0.5,
  /** Noise: an add-on comes and goes. */
  addon: 0.5,
} as const;
export type EpisodeKind = keyof typeof EPISODES;

/** How often Rolecall may have to put the key right again: three times within an hour is a fight, which it paces. */
const REPAIRS: Readonly<Partial<Record<EpisodeKind, number>>> = {
  swapped: 1,
  untagged: 1,
  session: 1,
  deleted: 1,
  recreated: 2,
  burst: 1,
  again: 2,
};
const REPAIRS_AN_HOUR = 2;
/** An hour, and the time that a change may take to arrive and to be put right. */
const FIGHT_WINDOW_MS = 3_600_000 + 120_000;

/** One change: one call to AWS. */
type Step = () => Promise<unknown>;

/** Something that somebody does to one key, in one tick or in several. */
export interface ScaleEpisode {
  readonly kind: EpisodeKind;
  /** What is done in each tick. */
  readonly ticks: readonly (readonly Step[])[];
}

/** A key of a cluster, and when it was last disturbed. */
interface Target {
  readonly cluster: ScaleCluster;
  readonly key: ServiceAccountKey;
  readonly disturbedAt: number[];
}

/** Draws what is done to a fleet; the same seed draws the same. */
export class ScaleLoad {
  readonly #hub: ScaleHub;
  readonly #random: RandomSource;
  readonly #targets: readonly Target[];
  readonly #lots: readonly EpisodeKind[];
  #serial = 0;

  constructor(hub: ScaleHub, seed: number) {
    this.#hub = hub;
    this.#random = seededRandom(seed);
    this.#targets = hub.clusters.flatMap((cluster) =>
      SCALE_KEYS.map((key): Target => ({ cluster, key, disturbedAt: [] })),
    );
    this.#lots = Object.entries(EPISODES).flatMap(([kind, weight]) =>
      Array.from({ length: weight * 2 }, () => kind as EpisodeKind),
    );
  }

  /** Something to do for so many keys that nobody fights over, in no order. */
  episodes(count: number): readonly ScaleEpisode[] {
    const now = this.#hub.played.world.clock.now();
    const episodes: ScaleEpisode[] = [];
    for (const target of this.#shuffled(this.#targets)) {
      if (episodes.length === count) break;
      const recent = target.disturbedAt.filter((at) => now - at < FIGHT_WINDOW_MS);
      const kind = this.#drawn();
      const repairs = REPAIRS[kind] ?? 0;
      if (recent.length + repairs > REPAIRS_AN_HOUR) continue;
      target.disturbedAt.splice(0, target.disturbedAt.length, ...recent, ...Array<number>(repairs).fill(now));
      episodes.push({ kind, ticks: this.#ticksOf(kind, target) });
    }
    return episodes;
  }

  #ticksOf(kind: EpisodeKind, target: Target): ScaleEpisode['ticks'] {
    const { cluster, key } = target;
    const update = (change: Change) => () => this.#update(target, change);
    const swap = (which: number) => update(() => ({ roleArn: rogueArn(cluster, which) }));
    switch (kind) {
      case 'swapped':
        return [[swap(this.#random.integer(2))]];
      case 'untagged':
        return [[() => this.#untag(target, this.#random.integer(2) === 0)]];
      case 'session':
        return [[update(otherSession)]];
      case 'deleted':
        return [[() => this.#delete(cluster, key)]];
      case 'recreated':
        return [[() => this.#delete(cluster, key), () => this.#create(cluster, key, rogueArn(cluster, 0))]];
      case 'burst':
        return [[swap(0), update(otherSession), swap(1)]];
      case 'again':
        return [[swap(0)], [swap(1)]];
      case 'tagged':
        return [[() => this.#tag(target)]];
      case 'stranger':
        return this.#stranger(cluster);
      case 'idleRole':
        return [[() => this.#tagIdleRole(cluster)]];
      case 'clusterTag':
        return [[() => this.#tagCluster(cluster)]];
      case 'addon':
        return this.#addon(cluster);
    }
  }

  /** What somebody was about to change may be gone by then: that is no change. */
  async #update({ cluster, key }: Target, change: Change): Promise<void> {
    const found = this.#find(cluster, key);
    if (!found) return;
    const { associationId } = found;
    const input = { clusterName: cluster.name, associationId, ...change(found) };
    await this.#hub.eks(cluster).send(new UpdatePodIdentityAssociationCommand(input));
  }

  async #untag({ cluster, key }: Target, all: boolean): Promise<void> {
    const resourceArn = this.#find(cluster, key)?.associationArn;
    if (resourceArn === undefined) return;
    const tagKeys = all
      ? ['team', 'rolecall.dev/installation', 'rolecall.dev/mapping']
      : ['rolecall.dev/installation'];
    await this.#hub.eks(cluster).send(new UntagResourceCommand({ resourceArn, tagKeys }));
  }

  async #tag({ cluster, key }: Target): Promise<void> {
    const resourceArn = this.#find(cluster, key)?.associationArn;
    if (resourceArn === undefined) return;
    const tags = { ticket: `OPS-${this.#next()}` };
    await this.#hub.eks(cluster).send(new TagResourceCommand({ resourceArn, tags }));
  }

  async #create(cluster: ScaleCluster, key: ServiceAccountKey, roleArn: string): Promise<void> {
    await this.#hub
      .eks(cluster)
      .send(new CreatePodIdentityAssociationCommand({ clusterName: cluster.name, ...key, roleArn }));
  }

  async #delete(cluster: ScaleCluster, key: ServiceAccountKey): Promise<void> {
    const associationId = this.#find(cluster, key)?.associationId;
    if (associationId === undefined) return;
    const input = { clusterName: cluster.name, associationId };
    await this.#hub.eks(cluster).send(new DeletePodIdentityAssociationCommand(input));
  }

  #stranger(cluster: ScaleCluster): ScaleEpisode['ticks'] {
    const key = { namespace: 'strangers', serviceAccount: `visitor-${this.#next()}` };
    return [[() => this.#create(cluster, key, rogueArn(cluster, 0))], [], [() => this.#delete(cluster, key)]];
  }

  async #tagIdleRole({ account }: ScaleCluster): Promise<void> {
    const Tags = [{ Key: 'ticket', Value: `OPS-${this.#next()}` }];
    await this.#hub.iam(account).send(new TagRoleCommand({ RoleName: IDLE_ROLE, Tags }));
  }

  async #tagCluster(cluster: ScaleCluster): Promise<void> {
    const tags = { ticket: `OPS-${this.#next()}` };
    await this.#hub.eks(cluster).send(new TagResourceCommand({ resourceArn: cluster.arn, tags }));
  }

  #addon(cluster: ScaleCluster): ScaleEpisode['ticks'] {
    const eks = this.#hub.eks(cluster);
    const input = { clusterName: cluster.name, addonName: 'coredns' };
    const isThere = () => this.#hub.stateOf(cluster).addons.get('coredns')?.latest() !== undefined;
    return [
      [async () => (isThere() ? undefined : await eks.send(new CreateAddonCommand(input)))],
      [],
      [],
      [async () => (isThere() ? await eks.send(new DeleteAddonCommand(input)) : undefined)],
    ];
  }

  #find(cluster: ScaleCluster, { namespace, serviceAccount }: ServiceAccountKey): Association | undefined {
    const now = this.#hub.played.world.clock.now();
    return this.#hub.stateOf(cluster).associations.byKey(namespace, serviceAccount, now);
  }

  #drawn(): EpisodeKind {
    return this.#lots[this.#random.integer(this.#lots.length)] ?? 'swapped';
  }

  #next(): number {
    this.#serial += 1;
    return this.#serial;
  }

  #shuffled<Item>(items: readonly Item[]): readonly Item[] {
    const shuffled = [...items];
    for (let last = shuffled.length - 1; last > 0; last -= 1) {
      const other = this.#random.integer(last + 1);
      const [a, b] = [shuffled[last], shuffled[other]];
      if (a !== undefined && b !== undefined) [shuffled[last], shuffled[other]] = [b, a];
    }
    return shuffled;
  }
}

type Change = (found: Association) => {
  readonly roleArn?: string;
  readonly disableSessionTags?: boolean;
  readonly policy?: string;
};

const DENY_ALL = '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"*","Resource":"*"}]}';

/** A session policy goes with session tags off only. */
function otherSession({ disableSessionTags, policy }: Association): ReturnType<Change> {
  if (policy) return { policy: '' };
  return disableSessionTags ? { disableSessionTags: false } : { disableSessionTags: true, policy: DENY_ALL };
}

function rogueArn({ account }: ScaleCluster, which: number): string {
  return `arn:aws:iam::${account}:role/${ROGUE_ROLES[which]}`;
}
