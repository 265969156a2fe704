import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AssociationRecord } from '#shared/domain/record.ts';
import { BUCKETS } from '#shared/domain/verification-bucket.ts';
import type { Memory, WriteIntent } from '#shared/ports/memory.ts';
import { aRecord } from '#test/builders/a-situation.ts';

export interface MemoryWorld {
  /** An empty memory, at first. */
  readonly memory: Memory;
  /** The memory as it is found by the next process: the same one when it does not last. */
  reopen(): Promise<Memory>;
  stop(): Promise<void>;
}

const PROD = { partition: 'aws', account: '111122223333', region: 'eu-west-1', name: 'prod-1' };
/** Clusters that differ from it in one part of their address each. */
const OTHERS = [
  { ...PROD, name: 'prod-2' },
  { ...PROD, region: 'us-east-1' },
  { ...PROD, account: '444455556666' },
  { ...PROD, partition: 'aws-cn' },
];
const API = { namespace: 'payments', serviceAccount: 'api' };
const WEB = { namespace: 'payments', serviceAccount: 'web' };
const CREATED_AT = 1_780_000_000_000;
const NOON = 1_795_176_000_000;
const DAY = 86_400_000;
const intent = (given: Partial<WriteIntent> = {}): WriteIntent => ({
  kind: 'update',
  token: 't',
  at: NOON,
  drift: ['roleDrift'],
  braked: true,
  ...given,
});
const FULL_RECORD: AssociationRecord = {
  associationId: 'a-1',
  ownerArn: 'arn:aws:eks:eu-west-1:111122223333:addon/prod-1/x/1',
  origin: 'seen',
  finding: 'addonOwned',
  owner: 'add-on x',
  matchedWish: 'd1',
  managedTagKeys: ['a', 'b'],
  lastWriteAt: NOON,
};

/** What a caller of Memory may rely on. */
export function memoryContract(name: string, start: () => Promise<MemoryWorld>): void {
  describe(`memory: ${name}`, () => {
    let world: MemoryWorld;
    let memory: Memory;
    beforeEach(async () => {
      world = await start();
      memory = world.memory;
    });
    afterEach(() => world.stop());

    const save = (at: Memory, changes: readonly [typeof API, AssociationRecord | undefined][] = []) =>
      at.save(PROD, {
        clusterCreatedAt: CREATED_AT,
        changes: changes.map(([key, record]) => ({ ...key, record })),
      });

    it('knows nothing of a cluster at first contact, which is not the same as to know that there is nothing', async () => {
      expect(await memory.load(PROD)).toBeUndefined();
      await save(memory);
      expect(await memory.load(PROD)).toEqual({
        clusterCreatedAt: CREATED_AT,
        records: new Map(),
        bucketsVerifiedAt: new Array(BUCKETS).fill(0),
      });
    });

    it('gives back what it was told, every field of it', async () => {
      await save(memory, [
        [API, FULL_RECORD],
        [WEB, aRecord()],
      ]);
      const found = await (await world.reopen()).load(PROD);
      expect(found?.records).toEqual(
        new Map([
          ['payments/api', FULL_RECORD],
          ['payments/web', aRecord()],
        ]),
      );
    });

    it.each(OTHERS)('keeps clusters apart: %o', async (other) => {
      await save(memory, [[API, aRecord()]]);
      await memory.beginWrite(PROD, API, intent());
      expect(await memory.load(other)).toBeUndefined();
      expect(await memory.brakeUse(other, NOON)).toEqual({ cluster: 0, fleet: 1 });
    });

    it('replaces a record as a whole, forgets it when told, and leaves the others', async () => {
      await save(memory, [
        [API, FULL_RECORD],
        [WEB, FULL_RECORD],
      ]);
      await save(memory, [[API, aRecord()]]);
      expect((await memory.load(PROD))?.records.get('payments/api')).toEqual(aRecord());
      await save(memory, [[API, undefined]]);
      await save(memory, [[API, undefined]]);
      expect((await (await world.reopen()).load(PROD))?.records).toEqual(
        new Map([['payments/web', FULL_RECORD]]),
      );
    });

    it('has what was loaded stay as it was', async () => {
      await save(memory, [[API, aRecord()]]);
      const loaded = await memory.load(PROD);
      await save(memory, [[API, undefined]]);
      await memory.save(PROD, { clusterCreatedAt: CREATED_AT, changes: [], bucketsVerifiedAt: { 3: NOON } });
      expect(loaded?.records.size).toBe(1);
      expect(loaded?.bucketsVerifiedAt[3]).toBe(0);
    });

    it('merges the buckets that were verified', async () => {
      const verified = (bucketsVerifiedAt: Record<number, number>) =>
        memory.save(PROD, { clusterCreatedAt: CREATED_AT, changes: [], bucketsVerifiedAt });
      await verified({ 0: NOON, 23: NOON });
      await verified({ 23: NOON + 1, 5: NOON + 1 });
      const expected = new Array(BUCKETS).fill(0);
      expected[0] = NOON;
      expected[5] = NOON + 1;
      expected[23] = NOON + 1;
      expect((await (await world.reopen()).load(PROD))?.bucketsVerifiedAt).toEqual(expected);
    });

    it('forgets a cluster when another one has its name, and what was used of the brake it does not forget', async () => {
      await memory.save(PROD, {
        clusterCreatedAt: CREATED_AT,
        changes: [{ ...API, record: aRecord() }],
        bucketsVerifiedAt: { 0: NOON },
      });
      await memory.beginWrite(PROD, API, intent());
      await memory.save(PROD, { clusterCreatedAt: CREATED_AT + 1, changes: [{ ...WEB, record: aRecord() }] });
      expect(await memory.load(PROD)).toEqual({
        clusterCreatedAt: CREATED_AT + 1,
        records: new Map([['payments/web', aRecord()]]),
        bucketsVerifiedAt: new Array(BUCKETS).fill(0),
      });
      expect(await memory.brakeUse(PROD, NOON)).toEqual({ cluster: 1, fleet: 1 });
    });

    it('gives leave to write, also on a cluster that it never heard of, which stays first contact', async () => {
      expect(await memory.beginWrite(PROD, API, intent())).toBe('go');
      expect(await memory.load(PROD)).toBeUndefined();
    });

    it('counts braked writes on the cluster and over the fleet, and no others', async () => {
      const [other = PROD] = OTHERS;
      await memory.beginWrite(PROD, API, intent());
      await memory.beginWrite(PROD, API, intent({ kind: 'delete' }));
      await memory.beginWrite(PROD, WEB, intent({ kind: 'create', braked: false }));
      await memory.beginWrite(other, API, intent());
      const reopened = await world.reopen();
      expect(await reopened.brakeUse(PROD, NOON)).toEqual({ cluster: 2, fleet: 3 });
      expect(await reopened.brakeUse(other, NOON)).toEqual({ cluster: 1, fleet: 3 });
    });

    it('lets one of two clusters have the last of an allowance', async () => {
      const [other = PROD] = OTHERS;
      const caps = { cluster: 5, fleet: 2 };
      await memory.beginWrite(PROD, API, intent({ caps }));
      const leaves = await Promise.all([
        memory.beginWrite(PROD, WEB, intent({ caps })),
        memory.beginWrite(other, API, intent({ caps })),
      ]);
      expect(leaves.toSorted()).toEqual(['braked', 'go']);
      expect((await memory.brakeUse(PROD, NOON)).fleet).toBe(2);
    });

    it("holds a cluster at its own cap, and lets the fleet's others go on", async () => {
      const [other = PROD] = OTHERS;
      const caps = { cluster: 1, fleet: 50 };
      expect(await memory.beginWrite(PROD, API, intent({ caps }))).toBe('go');
      expect(await memory.beginWrite(PROD, WEB, intent({ caps }))).toBe('braked');
      expect(await memory.beginWrite(other, WEB, intent({ caps }))).toBe('go');
      expect(await memory.beginWrite(PROD, WEB, intent({ at: NOON + DAY, caps }))).toBe('go');
    });

    it('counts a braked write for exactly a day', async () => {
      await memory.beginWrite(PROD, API, intent());
      await memory.beginWrite(PROD, API, intent({ at: NOON + 1 }));
      expect(await memory.brakeUse(PROD, NOON + DAY - 1)).toEqual({ cluster: 2, fleet: 2 });
      expect(await memory.brakeUse(PROD, NOON + DAY)).toEqual({ cluster: 1, fleet: 1 });
      expect(await memory.brakeUse(PROD, NOON + DAY + 1)).toEqual({ cluster: 0, fleet: 0 });
    });
  });
}
