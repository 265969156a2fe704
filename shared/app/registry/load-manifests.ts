import type { MappingKey } from '#shared/domain/key.ts';
import type { Mapping } from '#shared/domain/mapping.ts';
import { firstRevision, isLoaded, type MappingItem } from '#shared/domain/registry/mapping-item.ts';
import { runBounded } from '../run-bounded.ts';
import { contended } from './change-item.ts';
import type { Asked, RegistryDeps } from './registry-deps.ts';

export interface LoadProgress {
  readonly done: number;
  readonly total: number;
}

/** A mapping that is there already and says something else than a manifest, or of which a newer revision is under way. */
export interface DifferingMapping {
  /** As the manifest says it. */
  readonly mapping: Mapping;
  /** As the registry has it. */
  readonly item: MappingItem;
}

export type LoadAnswer =
  | { readonly kind: 'loaded'; readonly created: readonly MappingKey[]; readonly unchanged: number }
  /** These are there already and say something else: only requests change a mapping. They were left as they are. */
  | { readonly kind: 'refused'; readonly differing: readonly DifferingMapping[] };

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
  const late: DifferingMapping[] = [];
  for await (const outcome of creating) {
    if (outcome.kind === 'failed') throw outcome.error;
    if (outcome.result !== 'there') late.push({ mapping: outcome.item, item: outcome.result });
    done += 1;
    onProgress({ done, total });
  }
  // The others are loaded by now.
  if (late.length > 0) return { kind: 'refused', differing: late };
  return { kind: 'loaded', created: missing.map(({ key }) => key), unchanged };
}

/** What of manifests is not in the registry yet, and what is there and says something else. Writes nothing. */
export async function compareManifests(
  deps: Pick<RegistryDeps, 'registry'>,
  mappings: readonly Mapping[],
): Promise<{ readonly missing: readonly Mapping[]; readonly differing: readonly DifferingMapping[] }> {
  const missing: Mapping[] = [];
  const differing: DifferingMapping[] = [];
  for (let start = 0; start < mappings.length; start += KEYS_A_READ) {
    const some = mappings.slice(start, start + KEYS_A_READ);
    const items = await deps.registry.get(some.map(({ key }) => ({ type: 'mapping' as const, key })));
    for (const [index, mapping] of some.entries()) {
      const item = items[index];
      if (!item) missing.push(mapping);
      else if (!isLoaded(item, mapping)) differing.push({ mapping, item });
    }
  }
  return { missing, differing };
}

/** `there`, or what somebody else loaded at the same moment. */
async function create(deps: RegistryDeps, mapping: Mapping, asked: Asked): Promise<'there' | MappingItem> {
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
  if (!other) throw contended('mapping');
  return isLoaded(other, mapping) ? 'there' : other;
}
