import type { ItemOf, ItemRef, VersionedItem } from '#shared/domain/registry/item-ref.ts';
import { AppError } from '#shared/ports/app-error.ts';
import type { RegistryCommit } from '#shared/ports/registry/registry-items.ts';
import type { RegistryDeps } from './registry-deps.ts';
import { withCauses } from './with-causes.ts';

/** What to write, decided from what was read; `undefined` to leave everything as it is. */
export type Decide<Item> = (item: Item | undefined) => Omit<RegistryCommit, 'id' | 'at'> | undefined;

type VersionedRef = Extract<ItemRef, { readonly type: VersionedItem['type'] }>;

/** Two workers rarely meet, and hardly ever three times in a row. */
const ATTEMPTS = 6;

/**
 * Reads an item, decides, and writes, with what is told once for each cause of the findings that it opens; begins again
 * when somebody else was faster. Answers whether anything was written. Fails with `AppError` `registry.contended` when that never ends.
 */
export async function changeItem<Ref extends VersionedRef>(
  deps: RegistryDeps,
  ref: Ref,
  decide: Decide<ItemOf<Ref>>,
): Promise<'changed' | 'unchanged'> {
  for (let attempts = 1; attempts <= ATTEMPTS; attempts += 1) {
    const [item] = await deps.registry.get([ref]);
    const change = decide(item);
    if (change === undefined) return 'unchanged';
    const told = await withCauses(deps, change);
    const answer = await deps.registry.commit({ id: deps.newId(), at: deps.clock.now(), ...told });
    if (answer === 'done') return 'changed';
  }
  throw contended(ref.type);
}

/** Somebody kept being faster. */
export function contended(what: string): AppError {
  return new AppError('registry.contended', `others kept changing the ${what} in the registry`, {
    retryable: true,
  });
}
