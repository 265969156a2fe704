import { FREEZE_SHARDS, type FreezeSwitch } from '#shared/domain/registry/freeze.ts';
import { allClusters } from './all-clusters.ts';
import { contended } from './change-item.ts';
import type { Asked, RegistryDeps } from './registry-deps.ts';
import { type RequestOptions, requestReconcile } from './request-reconcile.ts';

/**
 * Stops every write to AWS, at once and everywhere: each write checks the switch in its own transaction. What was
 * begun before is finished. Everything is still looked at.
 */
export async function freeze(deps: RegistryDeps, asked: Asked): Promise<'changed' | 'unchanged'> {
  return await throwSwitch(deps, true, asked);
}

/**
 * Lets writes go on, and has every cluster looked at again: what drifted meanwhile is put right now, whoever told of it.
 * Should that be cut short, `requestReconcile` does it.
 */
export async function unfreeze(
  deps: RegistryDeps,
  asked: Asked,
  options: RequestOptions = {},
): Promise<'changed' | 'unchanged'> {
  const answer = await throwSwitch(deps, false, asked);
  if (answer === 'changed') await requestReconcile(deps, await allClusters(deps), asked, options);
  return answer;
}

/** The switch as it is; `undefined` when nobody ever touched it. */
export async function readFreeze(deps: Pick<RegistryDeps, 'registry'>): Promise<FreezeSwitch | undefined> {
  const copies = await deps.registry.get(switches());
  const known = copies.filter((copy) => copy !== undefined);
  // They are thrown together. Should one tell otherwise, then writes are stopped somewhere.
  return known.find(({ frozen }) => frozen) ?? known[0];
}

const ATTEMPTS = 6;

async function throwSwitch(
  deps: RegistryDeps,
  frozen: boolean,
  { by, why }: Asked,
): Promise<'changed' | 'unchanged'> {
  for (let attempts = 1; attempts <= ATTEMPTS; attempts += 1) {
    const copies = await deps.registry.get(switches());
    if (copies.every((copy) => (copy?.frozen ?? false) === frozen)) return 'unchanged';
    const at = deps.clock.now();
    const answer = await deps.registry.commit({
      id: deps.newId(),
      at,
      put: switches().map(({ shard }, index): FreezeSwitch => {
        const version = copies[index]?.version ?? 0;
        return { type: 'freeze', version, shard, frozen, reason: why, by, at };
      }),
      audit: [{ action: frozen ? 'writesFrozen' : 'writesUnfrozen', at, by, why }],
      outbox: [{ type: frozen ? 'WritesFrozen' : 'WritesUnfrozen', by, reason: why }],
    });
    if (answer === 'done') return 'changed';
  }
  throw contended('switch');
}

function switches() {
  return Array.from({ length: FREEZE_SHARDS }, (_, shard) => ({ type: 'freeze' as const, shard }));
}
