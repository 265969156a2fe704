import type { KeyText } from '#shared/domain/key.ts';
import { isExpired, type Mapping } from '#shared/domain/mapping.ts';
import { type SelectedTarget, selectTargets } from '#shared/domain/resolve-target.ts';
import type { Wish } from '#shared/domain/wish.ts';
import type { Clock } from '#shared/ports/clock.ts';
import type { DesiredState } from '#shared/ports/desired-state.ts';
import { fieldsRevision } from './reconcile/wish-digest.ts';

/**
 * The desired state that a set of mappings says, for use without a registry: what the manifests say is what every
 * cluster should have at once. An expired mapping that says `retire` becomes a tombstone; one that says `report` stands.
 */
export function desiredFromMappings(mappings: readonly Mapping[], clock: Clock): DesiredState {
  return {
    wishes: async (cluster) => {
      const today = isoDate(clock.now());
      const wishes = new Map<KeyText, Wish>();
      for (const [key, selected] of selectTargets(mappings, cluster))
        wishes.set(key, wishOf(selected, today));
      return wishes;
    },
  };
}

function wishOf({ mapping, resolution }: SelectedTarget, today: string): Wish {
  if (mapping.onExpiry === 'retire' && isExpired(mapping, today)) {
    // What it would say here if it still stood does not matter any more, nor whether it could say it.
    const revision = fieldsRevision({ expired: mapping.expires }, mapping.key);
    return { kind: 'absent', mapping: mapping.key, mode: mapping.mode, revision };
  }
  if (resolution.kind === 'unresolvable') {
    return { kind: 'unresolvable', mapping: mapping.key, problem: resolution.problem.message };
  }
  const { fields, takeover } = resolution;
  const revision = fieldsRevision(fields, mapping.key);
  return { kind: 'fields', fields, takeover, mapping: mapping.key, mode: mapping.mode, revision };
}

/** YYYY-MM-DD in UTC, of epoch milliseconds. */
function isoDate(milliseconds: number): string {
  // biome-ignore lint/style/noRestrictedGlobals: writes down a time that was given, and reads no clock
  return new Date(milliseconds).toISOString().slice(0, 10);
}
