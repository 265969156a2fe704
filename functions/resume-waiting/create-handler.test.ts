import { describe, expect, it } from 'vitest';
import { aHub } from '#test/builders/a-hub.ts';

const MESSAGE = {
  version: 1,
  cluster: { partition: 'aws', account: '111122223333', region: 'eu-west-1', name: 'c1' },
  keys: [{ namespace: 'payments', serviceAccount: 'api' }],
  why: 'rolePropagation',
};

describe('what has waited', () => {
  it('goes to the reconcile queue as it is', async () => {
    const hub = await aHub();
    await hub.waiting.send([{ body: JSON.stringify(MESSAGE), delaySeconds: 30 }]);
    await hub.resume();
    expect(hub.reconcile.sent).toEqual([]);
    hub.world.clock.jump(30_000);
    await hub.resume();
    expect(hub.reconcile.sent.map(({ body }) => JSON.parse(body) as object)).toEqual([MESSAGE]);
    expect(hub.waiting.depth).toBe(0);
  });

  it.each([
    { what: 'once when it waits for the same thing', mergeBy: 'frozen 1', sent: 1 },
    { what: 'each by itself otherwise', mergeBy: undefined, sent: 2 },
  ])('goes on $what', async ({ mergeBy, sent }) => {
    const hub = await aHub();
    const body = JSON.stringify({ ...MESSAGE, mergeBy });
    await hub.waiting.send([{ body }, { body }]);
    await hub.resume();
    expect(hub.reconcile.sent).toHaveLength(sent);
  });

  it('and cannot be read is kept for a person', async () => {
    const hub = await aHub();
    await hub.waiting.send([{ body: '{}' }]);
    expect((await hub.resume()).batchItemFailures).toHaveLength(1);
    await hub.pass(3 * 3_600_000, 60_000);
    expect(hub.waiting.dead).toEqual(['{}']);
  });
});
