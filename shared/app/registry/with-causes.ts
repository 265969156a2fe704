import { isBrakeCause } from '#shared/domain/registry/cause-key.ts';
import type { FindingOpenedEntry } from '#shared/domain/registry/finding-entries.ts';
import type { OutboxEntry } from '#shared/domain/registry/outbox-entry.ts';
import { isNewCause, isWorse, type ToldCause, toldCause } from '#shared/domain/registry/told-cause.ts';
import type { RegistryCommit } from '#shared/ports/registry/registry-items.ts';
import type { RegistryDeps } from './registry-deps.ts';

type Change = Omit<RegistryCommit, 'id' | 'at'>;

/**
 * Adds to a change what is told once for each cause: of the findings that it opens, `CauseNoticed` where nobody was told
 * of their cause, and `BrakeEngaged` with that of a brake. Whoever tells puts it on record in the same transaction, so that
 * of several workers that open findings of one cause at once one tells, and the others conflict and find it told.
 *
 * One request to the registry, and only where a finding opens.
 */
export async function withCauses(deps: RegistryDeps, change: Change): Promise<Change> {
  const openings = openingsByCause(change);
  if (openings.length === 0) return change;
  const at = deps.clock.now();
  const known = await deps.registry.get(
    openings.map(({ causeKey }) => ({ type: 'toldCause' as const, causeKey })),
  );
  const put: ToldCause[] = [];
  const outbox: OutboxEntry[] = [];
  for (const [index, opening] of openings.entries()) {
    if (!isNewCause(known[index], opening, at)) continue;
    put.push(toldCause(opening.causeKey, known[index], opening, at));
    outbox.push(...entriesOf(opening));
  }
  if (put.length === 0) return change;
  return { ...change, put: [...(change.put ?? []), ...put], outbox: [...(change.outbox ?? []), ...outbox] };
}

/** How many actions `withCauses` adds to a commit at most. */
export function causeActions(change: Change): number {
  return openingsByCause(change).length;
}

/** The worst finding of each cause; the first of several. */
function openingsByCause({ outbox = [] }: Change): readonly FindingOpenedEntry[] {
  const worst = new Map<string, FindingOpenedEntry>();
  for (const entry of outbox) {
    if (entry.type !== 'FindingOpened' || isToldByBrake(entry)) continue;
    const before = worst.get(entry.causeKey);
    if (!before || isWorse(entry.severity, before.severity)) worst.set(entry.causeKey, entry);
  }
  return [...worst.values()];
}

/** What a brake holds is told by the brake itself. */
function isToldByBrake({ kind, causeKey }: FindingOpenedEntry): boolean {
  return kind !== 'brakeEngaged' && isBrakeCause(causeKey);
}

function entriesOf(opening: FindingOpenedEntry): readonly OutboxEntry[] {
  const { mapping: _, occurrence: __, engagement, ...told } = opening;
  const noticed: OutboxEntry = { ...told, type: 'CauseNoticed' };
  return engagement ? [noticed, { type: 'BrakeEngaged', ...engagement }] : [noticed];
}
