import type { Cause } from '#shared/domain/registry/cause.ts';
import type { RegistryDeps } from '../registry/registry-deps.ts';

/** Audit entries are for people: more of an event than this is noise. */
const MAX_DETAIL = 500;

/** Writes down, once for each event, that nothing came of it. */
export async function noteIgnored(deps: RegistryDeps, cause: Cause, detail: string): Promise<void> {
  const [seen] = await deps.registry.get([{ type: 'seenEvent', id: cause.eventId }]);
  if (seen) return;
  const at = deps.clock.now();
  await deps.registry.commit({
    id: deps.newId(),
    at,
    seen: [{ type: 'seenEvent', id: cause.eventId, at }],
    audit: [{ action: 'eventIgnored', at, by: 'detect-drift', cause, detail: detail.slice(0, MAX_DETAIL) }],
  });
}
