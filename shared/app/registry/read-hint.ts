import { type ClusterRef, clusterArn } from '#shared/domain/cluster.ts';
import type { ServiceAccountKey } from '#shared/domain/key.ts';
import type { AssociationItem } from '#shared/domain/registry/association-item.ts';
import type { ClusterItem } from '#shared/domain/registry/cluster-item.ts';
import type { AssociationRef } from '#shared/ports/registry/registry-lists.ts';
import type { RegistryDeps } from './registry-deps.ts';

/** What an event names. */
export interface HintAddress {
  readonly cluster: ClusterRef;
  readonly key?: ServiceAccountKey | undefined;
  /** Looked up when the event names no key. */
  readonly associationId?: string | undefined;
  readonly eventId: string;
}

/** What the registry knows of what an event names. */
export interface HintReading {
  /** `undefined`: nobody enrolled it. */
  readonly cluster: ClusterItem | undefined;
  /** The key, named by the event or found by the association's id. */
  readonly key: ServiceAccountKey | undefined;
  readonly item: AssociationItem | undefined;
  /** The event was dealt with before. */
  readonly seen: boolean;
}

/**
 * Reads what it takes to judge events, before anything is asked of AWS. Remembers which life of each cluster was seen
 * last, so that an event that names its key costs one request; two for a cluster that is new to this process, and one
 * more for an event that names only an association's id.
 */
export class HintReader {
  readonly #registry: RegistryDeps['registry'];
  readonly #lives = new Map<string, number>();

  constructor({ registry }: Pick<RegistryDeps, 'registry'>) {
    this.#registry = registry;
  }

  async read(address: HintAddress): Promise<HintReading> {
    const arn = clusterArn(address.cluster);
    const key = address.key ?? (await this.#find(arn, address.associationId));
    const believed = this.#lives.get(arn);
    const seenEvent = { type: 'seenEvent', id: address.eventId } as const;
    const refs = [{ type: 'cluster', clusterArn: arn } as const, seenEvent] as const;
    const association = key && believed !== undefined ? associationRef(arn, believed, key) : undefined;
    const [cluster, seen, item] = association
      ? await this.#registry.get([...refs, association])
      : await this.#registry.get(refs);
    const createdAt = cluster?.cluster.createdAt;
    if (createdAt !== undefined) this.#lives.set(arn, createdAt);
    const right = createdAt === believed ? item : await this.#readItem(arn, createdAt, key);
    return { cluster, key, item: right, seen: seen !== undefined };
  }

  async #readItem(
    arn: string,
    createdAt: number | undefined,
    key: ServiceAccountKey | undefined,
  ): Promise<AssociationItem | undefined> {
    if (createdAt === undefined || key === undefined) return undefined;
    const [item] = await this.#registry.get([associationRef(arn, createdAt, key)]);
    return item;
  }

  /** Ids are unique within a cluster; that they are anywhere else is nowhere said. */
  async #find(arn: string, associationId: string | undefined): Promise<ServiceAccountKey | undefined> {
    if (associationId === undefined) return undefined;
    const found = await this.#registry.associationsById(associationId);
    const here = found.filter((ref) => ref.clusterArn === arn);
    const [newest] = here.sort((left, right) => right.clusterCreatedAt - left.clusterCreatedAt);
    return newest && { namespace: newest.namespace, serviceAccount: newest.serviceAccount };
  }
}

function associationRef(arn: string, createdAt: number, key: ServiceAccountKey): AssociationRef {
  const { namespace, serviceAccount } = key;
  return { type: 'association', clusterArn: arn, clusterCreatedAt: createdAt, namespace, serviceAccount };
}
