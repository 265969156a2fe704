import { HISTORY_MS, Timeline } from '../timeline.ts';
import type { Association, AssociationSeed, GeneratedAssociations } from './association.ts';

/** After this many generated associations a filtered page ends early, with a token: AWS's pages may be short, too. */
const SCAN_PER_PAGE = 10_000;
/** Deleted entries are swept once there are at least this many of them. */
const SWEEP_AT = 1_000;

/** Which associations a list is about. */
export interface AssociationFilter {
  readonly namespace?: string | undefined;
  readonly serviceAccount?: string | undefined;
}

/** A stretch of a list; `next` is the position to go on from, absent at the end. */
export interface AssociationPage {
  readonly items: readonly Association[];
  readonly next?: number;
}

/**
 * The associations of one cluster: generated ones as a function of their index, and over them everything that
 * was created, changed or deleted, with its recent past.
 *
 * Every association has a position that never changes: generated ones their index, created ones the next number.
 * Lists go by position, so a page token survives whatever happens between two pages.
 */
export class AssociationStore {
  private readonly generated: GeneratedAssociations | undefined;
  private readonly complete: (seed: AssociationSeed) => Association;
  /** Created ones, and generated ones that were changed or deleted, by id. */
  private readonly changed = new Map<string, Timeline<Association>>();
  /** Created ones only: `namespace/serviceAccount` to id. */
  private readonly created = new Map<string, Timeline<string>>();
  /** Created ones only, in order of position. */
  private order: { readonly position: number; readonly associationId: string }[] = [];
  private nextPosition: number;
  private live: number;
  private dead = 0;
  private sweepAt = SWEEP_AT;

  /** `complete` fills in what a seed leaves to the cluster. */
  constructor(complete: (seed: AssociationSeed) => Association, generated?: GeneratedAssociations) {
    this.complete = complete;
    this.generated = generated;
    this.nextPosition = generated?.count ?? 0;
    this.live = generated?.count ?? 0;
  }

  /** How many associations there are now. */
  count(): number {
    return this.live;
  }

  /** Whether an id is or was in use here. */
  knows(associationId: string): boolean {
    return this.changed.has(associationId) || this.generated?.indexOfId(associationId) !== undefined;
  }

  byId(associationId: string, asOf: number): Association | undefined {
    const timeline = this.changed.get(associationId);
    if (timeline) return timeline.at(asOf);
    const index = this.generated?.indexOfId(associationId);
    return index === undefined ? undefined : this.atIndex(index);
  }

  byKey(namespace: string, serviceAccount: string, asOf: number): Association | undefined {
    const createdId = this.created.get(keyOf(namespace, serviceAccount))?.at(asOf);
    const created = createdId === undefined ? undefined : this.byId(createdId, asOf);
    if (created) return created;
    const index = this.generated?.indexOfKey(namespace, serviceAccount);
    if (index === undefined || !this.generated) return undefined;
    return this.byId(this.generated.at(index).associationId, asOf);
  }

  /** Puts an association there; its id and its key must be free. */
  create(seed: AssociationSeed, now: number): Association {
    const association = this.complete(seed);
    const key = keyOf(association.namespace, association.serviceAccount);
    this.changed.set(association.associationId, new Timeline(now, association));
    const byKey = this.created.get(key);
    if (byKey) byKey.set(now, association.associationId);
    else this.created.set(key, new Timeline(now, association.associationId));
    this.order.push({ position: this.nextPosition++, associationId: association.associationId });
    this.live++;
    return association;
  }

  /** Puts another value in the place of an association that is there. */
  replace(association: Association, now: number): void {
    this.timelineOf(association.associationId).set(now, association);
  }

  remove(associationId: string, now: number): void {
    const timeline = this.timelineOf(associationId);
    if (timeline.latest() === undefined) return;
    timeline.set(now, undefined);
    this.live--;
    this.dead++;
    if (this.dead >= this.sweepAt) this.sweep(now);
  }

  /** At most `limit` associations from a position on, as they were at a time. */
  page(filter: AssociationFilter, from: number, limit: number, asOf: number): AssociationPage {
    if (filter.namespace !== undefined && filter.serviceAccount !== undefined) {
      const one = this.byKey(filter.namespace, filter.serviceAccount, asOf);
      return { items: one && from === 0 ? [one] : [] };
    }
    const items: Association[] = [];
    let scanned = 0;
    for (let position = from; position < this.nextPosition; ) {
      if (items.length === limit || scanned++ === SCAN_PER_PAGE) return { items, next: position };
      const entry = this.atPosition(position, asOf);
      if (entry.association && matches(entry.association, filter)) items.push(entry.association);
      position = entry.next;
    }
    return { items };
  }

  private atPosition(position: number, asOf: number): { association: Association | undefined; next: number } {
    const generated = this.generated?.count ?? 0;
    if (position < generated) {
      const made = this.atIndex(position);
      const timeline = this.changed.get(made.associationId);
      return { association: timeline ? timeline.at(asOf) : made, next: position + 1 };
    }
    const slot = this.slotOf(position);
    const entry = this.order[slot];
    if (!entry) return { association: undefined, next: this.nextPosition };
    const next = this.order[slot + 1]?.position ?? this.nextPosition;
    return { association: this.byId(entry.associationId, asOf), next };
  }

  /** The first slot in `order` at or after a position. */
  private slotOf(position: number): number {
    let low = 0;
    let high = this.order.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.order[middle]?.position ?? Number.POSITIVE_INFINITY) < position) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private atIndex(index: number): Association {
    if (!this.generated) throw new Error('there are no generated associations here');
    return this.complete(this.generated.at(index));
  }

  /** The recorded past of an association; a generated one gets its own when it is first changed. */
  private timelineOf(associationId: string): Timeline<Association> {
    const known = this.changed.get(associationId);
    if (known) return known;
    const index = this.generated?.indexOfId(associationId);
    if (index === undefined) throw new Error(`there is no association ${associationId}`);
    const timeline = new Timeline<Association>(Number.NEGATIVE_INFINITY, this.atIndex(index));
    this.changed.set(associationId, timeline);
    return timeline;
  }

  /** Forgets created associations that were deleted longer ago than anybody can ask for. */
  private sweep(now: number): void {
    const horizon = now - HISTORY_MS;
    this.dead = 0;
    this.order = this.order.filter(({ associationId }) => {
      const timeline = this.changed.get(associationId);
      if (!timeline || timeline.latest() !== undefined) return true;
      if (timeline.changedAt() >= horizon) {
        this.dead++;
        return true;
      }
      this.changed.delete(associationId);
      return false;
    });
    this.sweepAt = Math.max(SWEEP_AT, 2 * this.dead);
    for (const [key, timeline] of this.created) {
      const associationId = timeline.latest();
      if (associationId !== undefined && !this.changed.has(associationId)) this.created.delete(key);
    }
  }
}

function keyOf(namespace: string, serviceAccount: string): string {
  return `${namespace}/${serviceAccount}`;
}

function matches(association: Association, filter: AssociationFilter): boolean {
  return (
    (filter.namespace === undefined || filter.namespace === association.namespace) &&
    (filter.serviceAccount === undefined || filter.serviceAccount === association.serviceAccount)
  );
}
