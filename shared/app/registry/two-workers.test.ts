import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Registry } from '#shared/ports/registry/registry.ts';
import { RegistryReconcileWorld, ROGUE_ROLE } from '#test/builders/a-registry-world.ts';
import { A_ROLE } from '#test/builders/an-association.ts';
import { FakeRegistry } from '#test/fakes/fake-registry.ts';
import { changeItem } from './change-item.ts';
import { noteKey } from './findings.ts';

const API = 'payments/api';

/** The requests of every worker happen in an order that the test chooses. */
function scheduled(registry: FakeRegistry, scheduler: fc.Scheduler): Registry {
  return new Proxy(registry, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== 'function' || !['get', 'commit', 'readBrake'].includes(String(name))) {
        return typeof member === 'function' ? member.bind(target) : member;
      }
      return async (...given: unknown[]) => {
        await scheduler.schedule(Promise.resolve(), String(name));
        return await member.apply(target, given);
      };
    },
  });
}

describe('two workers, in any order', () => {
  it('lose no update of one item', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), async (scheduler) => {
        const inner = new RegistryReconcileWorld(new FakeRegistry());
        await inner.release(API);
        const registry = scheduled(inner.registry, scheduler);
        const item = await inner.item(API);
        if (!item) throw new Error('not there');
        const add = (stamp: number) =>
          changeItem({ ...inner.deps, registry }, item, (now) =>
            now
              ? { put: [{ ...now, disturbances: [...(now.disturbances ?? []), { at: stamp }] }] }
              : undefined,
          );
        const work = async (stamps: readonly number[]) => {
          for (const stamp of stamps) await add(stamp);
        };
        await scheduler.waitFor(Promise.all([work([1, 2, 3]), work([4, 5, 6])]));
        const stamps = (await inner.item(API))?.disturbances?.map(({ at }) => at) ?? [];
        expect([...stamps].sort((left, right) => left - right)).toEqual([1, 2, 3, 4, 5, 6]);
      }),
    );
  });

  it('tell a cause once, whoever finds it first', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), async (scheduler) => {
        const inner = new RegistryReconcileWorld(new FakeRegistry());
        const registry = scheduled(inner.registry, scheduler);
        const { arn: clusterArn, createdAt: clusterCreatedAt } = inner.cluster;
        const cause = { principal: 'arn:mallory', eventId: 'e-1', at: 1 };
        const news = {
          wanted: [{ kind: 'roleMissing', message: 'm' }],
          judged: ['roleMissing'],
          cause,
        } as const;
        const note = (serviceAccount: string) =>
          noteKey(
            { ...inner.deps, registry },
            { clusterArn, clusterCreatedAt, namespace: 'payments', serviceAccount },
            news,
          );
        await scheduler.waitFor(Promise.all(['api', 'web', 'cron'].map(note)));
        const types = inner.registry.told.map(({ type }) => type);
        expect(types.filter((type) => type === 'FindingOpened')).toHaveLength(3);
        expect(types.filter((type) => type === 'CauseNoticed')).toHaveLength(1);
      }),
    );
  });

  it('reconcile one key, beside somebody who notes findings: it ends as wished, known as what it is', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), async (scheduler) => {
        const inner = new RegistryReconcileWorld(new FakeRegistry());
        await inner.enrol();
        await inner.converge(API);
        inner.tamper(API, { roleArn: ROGUE_ROLE });
        const registry = scheduled(inner.registry, scheduler);
        const worker = (name: string) =>
          inner.reconcileWith(registry, name, { keys: [{ namespace: 'payments', serviceAccount: 'api' }] });
        const { arn: clusterArn, createdAt: clusterCreatedAt } = inner.cluster;
        const of = { clusterArn, clusterCreatedAt, namespace: 'payments', serviceAccount: 'api' };
        const wanted = [{ kind: 'overPrivileged', message: 'm' }] as const;
        const note = noteKey({ ...inner.deps, registry }, of, { wanted, judged: ['overPrivileged'] });
        await scheduler.waitFor(Promise.all([worker('first'), worker('second'), note]));
        inner.clock.jump(60_000);
        await inner.reconcileKey(API);
        const item = await inner.item(API);
        expect(inner.find(API)?.roleArn).toBe(A_ROLE);
        expect(item?.record).toMatchObject({
          associationId: inner.find(API)?.associationId,
          origin: 'created',
          observedRevision: '1',
        });
        const findings = await inner.findings();
        expect(findings).toContainEqual(
          expect.objectContaining({ id: 'overPrivileged/payments/api', status: 'open' }),
        );
        expect(findings).not.toContainEqual(
          expect.objectContaining({ id: 'roleDrift/payments/api', status: 'open' }),
        );
      }),
    );
  });
});
