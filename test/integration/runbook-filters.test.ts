import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readFilterPattern } from '#sandbox/logs/filter-pattern.ts';
import type { OutboxEntry } from '#shared/domain/registry/outbox-entry.ts';
import { FUNCTIONS, physicalName, spokeRoleName } from '#shared/runtime/names.ts';
import {
  aHubInTheSandbox,
  CLUSTER_ARN,
  type HubInTheSandbox,
  INSTALLATION,
  SPOKE,
} from '#test/builders/a-hub-in-the-sandbox.ts';
import { ROOT } from '#test/graph/product-app.ts';
import { type RunbookFilter, runbookFilters } from '#test/graph/runbook-filters.ts';

const HOUR = 3_600_000;
const FILTERS = runbookFilters(readFileSync(join(ROOT, 'docs', 'runbook.md'), 'utf8'));

/** Lines of its log that a filter finds: of the function that it names, or of any. */
function found({ played }: HubInTheSandbox, { of, pattern }: RunbookFilter): readonly string[] {
  const matches = readFilterPattern(pattern);
  const functions = of === '$FUNCTION' ? FUNCTIONS : [of];
  return functions
    .flatMap((name) => played.cloud.logs.tail(physicalName(INSTALLATION, name)))
    .map(({ text }) => text)
    .filter(matches);
}

/** Something that each function cannot do. */
async function makeTrouble(hub: HubInTheSandbox): Promise<void> {
  const { registry, newId, clock } = hub.registry;
  // As a newer version might write it.
  const newer = { type: 'RolloutRequested', rollout: 'r-1' } as unknown as OutboxEntry;
  await registry.commit({ id: newId(), at: clock.now(), outbox: [newer] });
  await hub.send('inbound', 'no event');
  await hub.send('reconcile.fifo', 'no message of ours', CLUSTER_ARN);
  await hub.send('waiting', 'no message of ours');
  await hub.send('enrol', 'no message of ours');
}

it('finds something by each filter of the runbook when there is trouble, and nothing before', async () => {
  const hub = await aHubInTheSandbox();
  expect(FILTERS.filter((filter) => found(hub, filter).length > 0)).toEqual([]);
  await makeTrouble(hub);
  expect(FILTERS.length).toBeGreaterThanOrEqual(9);
  expect(FILTERS.filter((filter) => found(hub, filter).length === 0)).toEqual([]);
});

it('finds what AWS refuses, which is no error of ours, where messages are given up', async () => {
  const hub = await aHubInTheSandbox();
  const { world } = hub.played;
  world.iam(SPOKE).removeRole(spokeRoleName(INSTALLATION, 'read'), world.clock.now());
  await hub.swapRole();
  // The hub's session in the spoke has to end first.
  await hub.played.cloud.advance(HOUR);
  const filter = FILTERS.find(({ entry }) => entry === 'reconcile-dead-letters');
  expect(filter && found(hub, filter)).toContainEqual(expect.stringContaining('comes back later'));
});
