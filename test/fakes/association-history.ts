import type { ObservedAssociation } from '#shared/domain/association.ts';

interface Version {
  /** Epoch milliseconds from which reads see it. */
  readonly visibleAt: number;
  /** `undefined` once it was deleted. */
  readonly association: ObservedAssociation | undefined;
}

/** Everything that one cluster's associations ever were, so that reads can be late. In order of creation. */
export class AssociationHistory {
  readonly #versions = new Map<string, Version[]>();

  /** Puts an association there, or another version of it; `undefined` deletes it. */
  write(associationId: string, association: ObservedAssociation | undefined, visibleAt: number): void {
    const versions = this.#versions.get(associationId) ?? [];
    versions.push({ visibleAt, association });
    this.#versions.set(associationId, versions);
  }

  /** The truth. */
  current(associationId: string): ObservedAssociation | undefined {
    return this.#versions.get(associationId)?.at(-1)?.association;
  }

  /** What a read sees at `now`: the truth, or what was true before writes that it cannot see yet. */
  seen(associationId: string, now: number): ObservedAssociation | undefined {
    return this.#versions.get(associationId)?.findLast(({ visibleAt }) => visibleAt <= now)?.association;
  }

  allCurrent(): ObservedAssociation[] {
    return [...this.#versions.keys()].map((id) => this.current(id)).filter((found) => found !== undefined);
  }

  allSeen(now: number): ObservedAssociation[] {
    return [...this.#versions.keys()].map((id) => this.seen(id, now)).filter((found) => found !== undefined);
  }
}
