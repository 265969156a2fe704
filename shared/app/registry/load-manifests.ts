import type { MappingKey } from '#shared/domain/key.ts';
import type { Mapping } from '#shared/domain/mapping.ts';
import { firstRevision, isLoaded } from '#shared/domain/registry/mapping-item.ts';
import { runBounded } from '../run-bounded.ts';
import type { Asked, RegistryDeps } from './registry-deps.ts';

export interface LoadProgress {
  readonly done: number;
  readonly total: number;
}

export type LoadAnswer =
  | { readonly kind: 'loaded'; readonly created: readonly MappingKey[]; readonly unchanged: number }
  /** These are there already and say something else: only requests change a mapping. Nothing was written. */
  | { readonly kind: 'refused'; readonly differing: readonly MappingKey[] };

const KEYS_A_READ = 100;
const CONCURRENCY = 8;

/**
 * Takes manifests in as revision 1, completed: what every cluster that is enrolled from now on gets. Mappings that are
 * there and say the same are left alone, so that a load that was cut short is simply done again.
 */
export async function loadManifests(
  deps: RegistryDeps,
  mappings: readonly Mapping[],
  asked: Asked,
  onProgress: (progress: LoadProgress) => void = () => undefined,
): Promise<LoadAnswer> {
  const { missing, differing } = await compareManifests(deps, mappings);
  if (differing.length > 0) return { kind: 'refused', differing };
  const total = mappings.length;
  const unchanged = total - missing.length;
  let done = unchanged;
  onProgress({ done, total });
  const creating = runBounded(missing, { concurrency: CONCURRENCY }, (mapping) =>
    create(deps, mapping, asked),
  );
  const late: MappingKey[] = [];
  for await (const outcome of creating) {
    if (outcome.kind === 'failed') throw outcome.error;
    if (outcome.result === 'differs') late.push(outcome.item.key);
    done += 1;
    onProgress({ done, total });
  }
  // Somebody else loaded another text at the same moment.
  if (late.length > 0) return { kind: 'refused', differing: late };
  return { kind: 'loaded', created: missing.map(({ key }) => key), unchanged };
}

/** What of manifests is not in the registry yet, and what is there and says something else. Writes nothing. */
export async function compareManifests(
  deps: Pick<RegistryDeps, 'registry'>,
  mappings: readonly Mapping[],
): Promise<{ readonly missing: readonly Mapping[]; readonly differing: readonly MappingKey[] }> {
  const missing: Mapping[] = [];
  const differing: MappingKey[] = [];
  for (let start = 0; start < mappings.length; start += KEYS_A_READ) {
    const some = mappings.slice(start, start + KEYS_A_READ);
    const items = await deps.registry.get(some.map(({ key }) => ({ type: 'mapping' as const, key })));
    for (const [index, mapping] of some.entries()) {
      const item = items[index];
      if (!item) missing.push(mapping);
      else if (!isLoaded(item, mapping)) differing.push(mapping.key);
    }
  }
  return { missing, differing };
}

async function create(deps: RegistryDeps, mapping: Mapping, asked: Asked): Promise<'there' | 'differs'> {
  const at = deps.clock.now();
  const { by, why } = asked;
  const { item, revision } = firstRevision(mapping, { by, why, at });
  const answer = await deps.registry.commit({
    id: deps.newId(),
    at,
    put: [item],
    revisions: [revision],
    audit: [{ action: 'mappingLoaded', at, by, why, mapping: mapping.key, revision: 1 }],
  });
  if (answer === 'done') return 'there';
  const [other] = await deps.registry.get([{ type: 'mapping', key: mapping.key }]);
  return other && isLoaded(other, mapping) ? 'there' : 'differs';
}
