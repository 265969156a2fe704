import { expect, it } from 'vitest';
import type { KeyText } from '#shared/domain/key.ts';
import { aRegistryWorld, type RegistryReconcileWorld } from '#test/builders/a-registry-world.ts';
import { itemSize } from '#test/builders/item-size.ts';

/** What DynamoDB takes for one item. */
const ITEM_BYTES = 400 * 1024;
/** The longest path of a role that IAM takes, nearly. */
const PATH = 'p'.repeat(500);

function longRole(account: string, name: string): string {
  return `arn:aws:iam::${account}:role/${PATH}/${name}`;
}

/** Everything of it differs from its wish, and is as long as AWS lets it be. */
async function drift(world: RegistryReconcileWorld, key: KeyText, tagKeys: readonly string[]): Promise<void> {
  await world.release(key, {
    fields: {
      roleArn: longRole('111122223333', 'wished'),
      targetRoleArn: longRole('222222222222', 'wished'),
      disableSessionTags: true,
      policy: '{}',
      tags: Object.fromEntries(tagKeys.map((name) => [name, 'v'])),
    },
  });
  const { associationId } = world.putAssociation(key, {
    roleArn: longRole('111122223333', 'rogue'),
    targetRoleArn: longRole('222222222222', 'rogue'),
    disableSessionTags: false,
    tags: {},
  });
  await world.put(key, { record: { associationId, origin: 'created', observedRevision: '1' } });
}

it.each([
  { letters: 'of one byte', letter: 'x' },
  { letters: 'of two bytes', letter: 'ü' },
])(
  'tells of forty keys with all that may be long, in letters $letters, in rows that DynamoDB takes',
  async ({ letter }) => {
    const world = await aRegistryWorld({ mode: 'observe' });
    const tagKeys = Array.from({ length: 48 }, (_, n) => `${letter.repeat(126)}${10 + n}`);
    for (let n = 0; n < 40; n += 1) await drift(world, `payments/sa-${n}`, tagKeys);
    await world.reconcile();
    expect(world.registry.told.filter(({ type }) => type === 'AssociationDrifted')).toHaveLength(40);
    const sizes = world.registry.outbox.map((row) => itemSize({ ...row }));
    expect(Math.max(...sizes)).toBeLessThan(ITEM_BYTES);
  },
);
