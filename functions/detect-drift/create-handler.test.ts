import { beforeEach, describe, expect, it } from 'vitest';
import type { KeyText } from '#shared/domain/key.ts';
import { AppError } from '#shared/ports/app-error.ts';
import { METRIC } from '#shared/runtime/names.ts';
import { aHub, type Hub, WRITER_ROLE } from '#test/builders/a-hub.ts';
import { ALICE, anEvent } from '#test/builders/an-event.ts';

const API: KeyText = 'payments/api';
const C1 = 'arn:aws:eks:eu-west-1:111122223333:cluster/c1';

let hub: Hub;
let id: string;
beforeEach(async () => {
  hub = await aHub();
  id = (await hub.world.converge(API)).associationId;
});

function now(): number {
  return hub.world.clock.now();
}

function sent(): readonly Record<string, unknown>[] {
  return hub.reconcile.sent.map(({ body }) => JSON.parse(body) as Record<string, unknown>);
}

function requests(): readonly string[] {
  return hub.world.registry.requests.splice(0);
}

async function detect(...events: readonly string[]) {
  await hub.deliver(...events);
  return await hub.detect();
}

describe('an event about an association', () => {
  it('asks for a look at its key, with who did it', async () => {
    await detect(anEvent('UpdatePodIdentityAssociation', { at: now(), associationId: id, eventId: 'e-1' }));
    expect(sent()).toEqual([
      {
        version: 1,
        cluster: {
          partition: 'aws',
          account: '111122223333',
          region: 'eu-west-1',
          name: 'c1',
          createdAt: hub.world.cluster.createdAt,
        },
        keys: [{ namespace: 'payments', serviceAccount: 'api', associationId: id }],
        why: 'UpdatePodIdentityAssociation',
        cause: { principal: ALICE, eventId: 'e-1', eventName: 'UpdatePodIdentityAssociation', at: now() },
        eventId: 'e-1',
      },
    ]);
    expect(hub.reconcile.sent[0]?.group).toBe(C1);
    expect(hub.world.eksCalls()).toBe(0);
  });

  it('says of one that was deleted that nothing is there any more', async () => {
    await detect(anEvent('DeletePodIdentityAssociation', { at: now(), associationId: id }));
    expect(sent()).toMatchObject([
      {
        keys: [
          { namespace: 'payments', serviceAccount: 'api', gone: true, associationId: expect.any(String) },
        ],
      },
    ]);
  });

  it('costs one request to the registry, once its cluster is known to the process', async () => {
    await detect(anEvent('UpdatePodIdentityAssociation', { at: now(), associationId: id, eventId: 'e-1' }));
    requests();
    await detect(anEvent('UpdatePodIdentityAssociation', { at: now(), associationId: id, eventId: 'e-2' }));
    expect(requests()).toEqual(['get']);
  });

  it('finds the key by the id when the event names no more', async () => {
    await detect(anEvent('TagResource', { at: now(), associationId: id }));
    expect(sent()).toMatchObject([{ keys: [{ namespace: 'payments', serviceAccount: 'api' }] }]);
  });

  it('verifies the cluster when nobody knows the id', async () => {
    await detect(anEvent('TagResource', { at: now(), associationId: 'a-zzzzzzzzzzzzzzzzz' }));
    expect(sent()).toMatchObject([{ keys: 'all' }]);
  });

  it.each([1, 2, 3])('is taken once when it is delivered %i times over', async (times) => {
    const event = anEvent('UpdatePodIdentityAssociation', { at: now(), associationId: id, eventId: 'e-1' });
    await detect(...Array.from({ length: times }, () => event));
    expect(sent()).toHaveLength(1);
  });

  it('is dropped when it was dealt with, days ago', async () => {
    const event = anEvent('UpdatePodIdentityAssociation', { at: now(), associationId: id, eventId: 'e-1' });
    hub.world.tamper(API, { roleArn: 'arn:aws:iam::111122223333:role/rogue' });
    await detect(event);
    await hub.settle();
    hub.world.clock.jump(24 * 3_600_000);
    await detect(event);
    expect(sent()).toHaveLength(1);
  });

  it('is dropped when the key was looked at since', async () => {
    await detect(anEvent('UpdatePodIdentityAssociation', { at: now() - 3_600_000, associationId: id }));
    expect(sent()).toEqual([]);
  });

  it('is never too old when it does not tell its time', async () => {
    const event = anEvent('UpdatePodIdentityAssociation', { at: now() - 3_600_000, associationId: id });
    const { time: _, ...rest } = JSON.parse(event) as { time: string; detail: Record<string, unknown> };
    await detect(JSON.stringify({ ...rest, detail: { ...rest.detail, eventTime: 'a while ago' } }));
    expect(sent()).toHaveLength(1);
  });
});

describe('an echo of our own write', () => {
  it('costs nothing but one request to the registry', async () => {
    const token = (await hub.world.item(API))?.intent?.token ?? '';
    const echo = { at: now(), associationId: id, byRole: WRITER_ROLE, token };
    await detect(anEvent('CreatePodIdentityAssociation', { ...echo, eventId: 'e-0' }));
    requests();
    await detect(anEvent('CreatePodIdentityAssociation', { ...echo, eventId: 'e-1' }));
    expect(requests()).toEqual(['get']);
    expect(sent()).toEqual([]);
    expect(hub.world.eksCalls()).toBe(0);
  });

  it.each([
    { what: 'somebody else who knows our token', byRole: 'Admin', token: true },
    { what: 'our role with a token that we never noted', byRole: WRITER_ROLE, token: false },
  ])('is not taken for the doing of $what', async ({ byRole, token }) => {
    const ours = (await hub.world.item(API))?.intent?.token ?? '';
    await detect(
      anEvent('UpdatePodIdentityAssociation', {
        at: now(),
        associationId: id,
        byRole,
        token: token ? ours : 'f'.repeat(64),
      }),
    );
    expect(sent()).toHaveLength(1);
  });

  it('of old hides no hostile change that came after it', async () => {
    const token = (await hub.world.item(API))?.intent?.token ?? '';
    hub.world.tamper(API, { roleArn: 'arn:aws:iam::111122223333:role/rogue' });
    await detect(
      anEvent('UpdatePodIdentityAssociation', { at: now(), associationId: id, eventId: 'e-1' }),
      anEvent('CreatePodIdentityAssociation', {
        at: now() - 600_000,
        associationId: id,
        byRole: WRITER_ROLE,
        token,
        eventId: 'e-0',
      }),
    );
    await hub.settle();
    expect(hub.world.find(API)?.roleArn).toBe('arn:aws:iam::111122223333:role/payments-api');
  });
});

describe('an event about a role', () => {
  it('asks for a look at everything that uses it, cluster by cluster, and is then dealt with', async () => {
    await hub.world.release('payments/web');
    await hub.world.release('billing/api', {
      fields: { roleArn: 'arn:aws:iam::111122223333:role/other', disableSessionTags: false, tags: {} },
    });
    const event = anEvent('UpdateAssumeRolePolicy', { at: now(), eventId: 'e-1' });
    await detect(event);
    expect(sent()).toMatchObject([
      {
        roleChanged: true,
        keys: [
          { namespace: 'payments', serviceAccount: 'api' },
          { namespace: 'payments', serviceAccount: 'web' },
        ],
      },
    ]);
    expect(sent()[0]).not.toHaveProperty('eventId');
    hub.world.clock.jump(3_600_000);
    await detect(event);
    expect(sent()).toHaveLength(1);
  });

  it('asks for one look at a key that uses it as role and as target role', async () => {
    const roleArn = 'arn:aws:iam::111122223333:role/payments-api';
    await hub.world.release(API, {
      fields: { roleArn, targetRoleArn: roleArn, disableSessionTags: false, tags: {} },
    });
    await detect(anEvent('DeleteRole', { at: now() }));
    expect(sent()).toMatchObject([{ keys: [{ namespace: 'payments', serviceAccount: 'api' }] }]);
  });

  it('is nothing to us when nothing uses the role', async () => {
    await hub.world.release(API, {
      fields: { roleArn: 'arn:aws:iam::111122223333:role/other', disableSessionTags: false, tags: {} },
    });
    await detect(anEvent('DeleteRole', { at: now() }));
    expect(sent()).toEqual([]);
  });

  it('that could not all be sent is sent again, as a whole', async () => {
    hub.reconcile.send = async () => {
      throw new AppError('aws.unavailable', 'the queue is away', { retryable: true });
    };
    const answer = await detect(anEvent('DeleteRole', { at: now(), eventId: 'e-1' }));
    expect(answer.batchItemFailures).toEqual([{ itemIdentifier: 'inbound-1' }]);
    expect(await hub.world.registry.get([{ type: 'seenEvent', id: 'e-1' }])).toEqual([undefined]);
    expect(hub.inbound.postponed).toEqual([15]);
  });
});

describe('an event about a cluster', () => {
  it.each(['CreateAddon', 'UpdateClusterConfig'])('verifies it after %s', async (name) => {
    await detect(anEvent(name, { at: now() }));
    expect(sent()).toMatchObject([{ keys: 'all', why: name }]);
  });

  it.each([
    { name: 'CreateCluster', change: 'created' },
    { name: 'DeleteCluster', change: 'deleted' },
  ])('is followed by enrolment after $name', async ({ name, change }) => {
    await detect(anEvent(name, { at: now() }));
    expect(hub.enrol.sent.map(({ body }) => JSON.parse(body) as object)).toMatchObject([{ change }]);
    expect(sent()).toEqual([]);
  });
});

describe('an event of a cluster that nobody enrolled', () => {
  it('opens one finding, however many there are', async () => {
    const events = [1, 2, 3].map((number) =>
      anEvent('UpdatePodIdentityAssociation', { at: now(), eventId: `e-${number}` }).replaceAll(
        '"c1"',
        '"c9"',
      ),
    );
    for (const event of events) await detect(event.replaceAll('/c1/', '/c9/'));
    expect(sent()).toEqual([]);
    const { items } = await hub.world.registry.findings('open');
    expect(items).toMatchObject([
      { id: 'unknownCluster', clusterArn: C1.replace('c1', 'c9'), cause: { principal: ALICE } },
    ]);
    expect(hub.world.registry.told.filter(({ type }) => type === 'FindingOpened')).toHaveLength(1);
    expect(hub.sum(METRIC.unknownCluster)).toBe(events.length);
  });
});

describe('an event that nobody can read', () => {
  it.each([
    { what: 'no JSON', body: '{' },
    { what: 'an empty text', body: '' },
    { what: 'no event', body: '[1, 2]' },
    { what: 'an event of nobody’s', body: anEvent('CreateRole').replaceAll('CreateRole', 'CreateMoonbase') },
    {
      what: 'a megabyte of nothing',
      body: JSON.stringify({ source: 'aws.eks', detail: 'x'.repeat(1_000_000) }),
    },
    {
      what: 'an event without its request and answer',
      body: anEvent('UpdatePodIdentityAssociation', { request: null, response: null }),
    },
  ])('is written down, counted and acknowledged: $what', async ({ body }) => {
    const answer = await detect(body);
    expect(answer.batchItemFailures).toEqual([]);
    expect(hub.sum(METRIC.eventUnreadable)).toBe(1);
    expect(sent()).toEqual([]);
    const { items } = await hub.world.registry.auditOfCluster(undefined);
    expect(items).toMatchObject([{ action: 'eventIgnored', by: 'detect-drift' }]);
    expect(JSON.stringify(items).length).toBeLessThan(2_000);
  });

  it('is written down once when it is delivered twice', async () => {
    await detect('{');
    const [first] = (await hub.world.registry.auditOfCluster(undefined)).items;
    const event = anEvent('CreateRole', { eventId: 'e-7' }).replaceAll('CreateRole', 'CreateMoonbase');
    await detect(event);
    await detect(event);
    const { items } = await hub.world.registry.auditOfCluster(undefined);
    expect(items).toHaveLength(2);
    expect(items).toContainEqual(first);
  });

  it('fails no other event of its batch', async () => {
    const good = anEvent('UpdatePodIdentityAssociation', { at: now(), associationId: id });
    const answer = await detect('{', good);
    expect(answer.batchItemFailures).toEqual([]);
    expect(sent()).toHaveLength(1);
  });
});

describe('the log', () => {
  it('has the whole of an event that nobody can read, so that the parser can be taught', async () => {
    const body = anEvent('CreateRole').replaceAll('CreateRole', 'CreateMoonbase');
    await detect(body);
    expect(hub.logged).toMatchObject([{ level: 'WARN', kind: 'unreadable', body }]);
  });

  it('has no more than the beginning of a long one', async () => {
    await detect(`{${'x'.repeat(1_000_000)}`);
    expect(hub.logged[0]?.['body']).toBe(`{${'x'.repeat(4095)}`);
  });

  it('has nothing of what others say', async () => {
    await detect(anEvent('UpdatePodIdentityAssociation', { at: now(), associationId: id }));
    expect(hub.logged).toEqual([
      { level: 'INFO', message: 'event read', kind: 'sent', to: 'reconcile', messages: 1 },
    ]);
  });
});

it('comes back alone, later, when the registry is away', async () => {
  hub.world.registry.failNext(new AppError('aws.unavailable', 'the registry is away', { retryable: true }));
  const event = anEvent('UpdatePodIdentityAssociation', { at: now(), associationId: id });
  const answer = await detect(event);
  expect(answer.batchItemFailures).toEqual([{ itemIdentifier: 'inbound-1' }]);
  expect(hub.inbound.postponed).toEqual([15]);
  await hub.pass(16_000);
  expect(sent()).toHaveLength(1);
});
