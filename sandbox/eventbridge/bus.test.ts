import { describe, expect, it } from 'vitest';
import type { Cloud } from '#sandbox/cloud/cloud.ts';
import { ACCOUNT, aCloud, arn, REGION, refusing } from '#test/builders/a-cloud.ts';
import type { RuleDefinition, TargetDefinition } from './bus.ts';
import type { BusEvent } from './event.ts';

const JOBS = arn('sqs', 'jobs');
const DEAD = arn('sqs', 'dead');
const DEFAULT_BUS = arn('events', 'event-bus/default');
const RULE = arn('events', 'rule/drift');

function anEvent(changes: Partial<BusEvent> = {}): BusEvent {
  return {
    version: '0',
    id: '11111111-2222-4333-8444-555555555555',
    'detail-type': 'AWS API Call via CloudTrail',
    source: 'aws.eks',
    account: ACCOUNT,
    time: '2026-11-20T10:00:00Z',
    region: REGION,
    resources: [],
    detail: { eventName: 'DeleteCluster', requestParameters: { name: 'c1' }, readOnly: false },
    ...changes,
  };
}

function aRule(
  target: Partial<TargetDefinition> = {},
  changes: Partial<RuleDefinition> = {},
): RuleDefinition {
  return {
    arn: RULE,
    name: 'drift',
    eventPattern: '{"source":["aws.eks"]}',
    targets: [{ id: 'queue', arn: JOBS, ...target }],
    ...changes,
  };
}

async function publish(cloud: Cloud, event = anEvent()): Promise<void> {
  cloud.defaultBus(ACCOUNT, REGION).publish(event);
  await cloud.quiet();
}

function bodies(cloud: Cloud, queueArn = JOBS): string[] {
  return (cloud.queues.get(queueArn)?.peek() ?? []).map(({ body }) => body);
}

describe('a rule', () => {
  it('sends what it matches to its targets, whole, and nothing else', async () => {
    const cloud = aCloud();
    cloud.addQueue({ arn: JOBS });
    cloud.addRule(DEFAULT_BUS, aRule());
    await publish(cloud);
    await publish(cloud, anEvent({ source: 'aws.iam' }));
    expect(bodies(cloud)).toEqual([JSON.stringify(anEvent())]);
  });

  it.each<[string, Partial<RuleDefinition>, Partial<BusEvent>, number]>([
    ['disabled', { state: 'DISABLED' }, {}, 0],
    ['enabled, for a read', {}, { detail: { readOnly: true } }, 0],
    [
      'for all management events, for a read',
      { state: 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS' },
      { detail: { readOnly: true } },
      1,
    ],
  ])('that is %s', async (_, rule, event, count) => {
    const cloud = aCloud();
    cloud.addQueue({ arn: JOBS });
    cloud.addRule(DEFAULT_BUS, aRule({}, rule));
    await publish(cloud, anEvent(event));
    expect(bodies(cloud)).toHaveLength(count);
  });

  it.each<[string, Partial<TargetDefinition>, string]>([
    ['a constant', { input: '{"a":1}' }, '{"a":1}'],
    ['a part', { inputPath: '$.detail.requestParameters' }, '{"name":"c1"}'],
    [
      'a template',
      {
        inputTransformer: {
          inputPathsMap: {
            cluster: '$.detail.requestParameters.name',
            detail: '$.detail',
            none: '$.detail.x',
          },
          inputTemplate:
            '{"cluster":<cluster>,"text":"of <cluster>","detail":<detail>,"none":<none>,"rule":<aws.events.rule-name>}',
        },
      },
      '{"cluster":"c1","text":"of c1","detail":{"eventName":"DeleteCluster","requestParameters":{"name":"c1"},"readOnly":false},"none":"","rule":"drift"}',
    ],
  ])('sends %s', async (_, target, expected) => {
    const cloud = aCloud();
    cloud.addQueue({ arn: JOBS });
    cloud.addRule(DEFAULT_BUS, aRule(target));
    await publish(cloud);
    expect(bodies(cloud)).toEqual([expected]);
  });

  it('gives a FIFO queue its message group', async () => {
    const cloud = aCloud();
    const fifo = arn('sqs', 'jobs.fifo');
    const queue = cloud.addQueue({ arn: fifo, fifo: true, contentBasedDeduplication: true });
    cloud.addRule(DEFAULT_BUS, aRule({ arn: fifo, messageGroupId: 'drift' }));
    await publish(cloud);
    expect(queue.peek()).toMatchObject([{ groupId: 'drift' }]);
  });

  it('runs on a schedule', async () => {
    const cloud = aCloud();
    cloud.addQueue({ arn: JOBS });
    const { eventPattern: _, ...rule } = aRule();
    cloud.addRule(DEFAULT_BUS, { ...rule, scheduleExpression: 'rate(5 minutes)' });
    await cloud.advance(10 * 60_000);
    const events = bodies(cloud).map((body) => JSON.parse(body) as BusEvent);
    expect(events).toMatchObject([
      { 'detail-type': 'Scheduled Event', time: '2026-11-20T10:05:00Z', resources: [RULE] },
      { 'detail-type': 'Scheduled Event', time: '2026-11-20T10:10:00Z' },
    ]);
  });
});

describe('a delivery that fails', () => {
  it('is not tried again when it is forbidden, and says so in the dead-letter queue', async () => {
    const door = refusing('sqs:SendMessage');
    const cloud = aCloud({
      authorize: (question) => (question.resource === DEAD ? { kind: 'allowed' } : door.authorize(question)),
    });
    cloud.addQueue({ arn: JOBS, policy: '{"Statement":[]}' });
    const dead = cloud.addQueue({ arn: DEAD });
    cloud.addRule(DEFAULT_BUS, aRule({ deadLetterArn: DEAD }));
    await publish(cloud);
    expect(door.asked).toMatchObject([
      {
        principal: {
          kind: 'service',
          service: 'events.amazonaws.com',
          sourceArn: RULE,
          sourceAccount: ACCOUNT,
        },
        action: 'sqs:SendMessage',
        resource: JOBS,
        resourcePolicy: '{"Statement":[]}',
      },
    ]);
    const [letter] = dead.peek();
    expect(JSON.parse(letter?.body ?? '')).toEqual(anEvent());
    const attributes = Object.entries(letter?.attributes ?? {}).map(([name, value]) => [
      name,
      value.stringValue,
    ]);
    expect(Object.fromEntries(attributes)).toEqual({
      RULE_ARN: RULE,
      TARGET_ARN: JOBS,
      ERROR_CODE: 'NO_PERMISSIONS',
      ERROR_MESSAGE: 'not authorized to perform: sqs:SendMessage',
      RETRY_ATTEMPTS: '0',
    });
    expect(cloud.metrics.total('AWS/Events', 'InvocationsSentToDlq')).toBe(1);
  });

  it('is dropped, and stands in the journal, when nobody keeps it', async () => {
    const cloud = aCloud();
    cloud.addRule(DEFAULT_BUS, aRule());
    await publish(cloud);
    expect(cloud.journal.entries('dropped')).toMatchObject([{ subject: RULE }]);
  });

  it.each([
    { policy: { maximumRetryAttempts: 3 }, attempts: 4, exhausted: 'MaximumRetryAttempts' },
    { policy: { maximumEventAgeSeconds: 60 }, attempts: 6, exhausted: 'MaximumEventAgeInSeconds' },
  ])('is tried again until $exhausted', async ({ policy, attempts, exhausted }) => {
    const cloud = aCloud();
    let tries = 0;
    cloud.otherTargets.set('states', async () => {
      tries++;
      return { kind: 'failed', retryable: true, code: 'THROTTLING', message: 'slow down' };
    });
    const dead = cloud.addQueue({ arn: DEAD });
    const target = { arn: arn('states', 'stateMachine:m'), deadLetterArn: DEAD, retryPolicy: policy };
    cloud.addRule(DEFAULT_BUS, aRule(target));
    await publish(cloud);
    expect(tries).toBe(1);
    await cloud.advance(3_600_000);
    expect(tries).toBe(attempts);
    expect(dead.peek()[0]?.attributes).toMatchObject({
      EXHAUSTED_RETRY_CONDITION: { stringValue: exhausted },
      RETRY_ATTEMPTS: { stringValue: String(attempts - 1) },
    });
  });

  it('does not leave the region of its rule', async () => {
    const cloud = aCloud();
    const elsewhere = 'arn:aws:sqs:us-east-1:111122223333:jobs';
    cloud.addQueue({ arn: elsewhere });
    cloud.addRule(DEFAULT_BUS, aRule({ arn: elsewhere }));
    await publish(cloud);
    expect(bodies(cloud, elsewhere)).toEqual([]);
    expect(cloud.journal.entries('dropped')[0]?.text).toContain('SDK_CLIENT_ERROR');
  });
});

describe('another bus', () => {
  const HUB = 'arn:aws:events:eu-central-1:444455556666:event-bus/inbound';
  const HUB_JOBS = 'arn:aws:sqs:eu-central-1:444455556666:jobs';

  it('in another account and region gets the event as it was, by the role of the target', async () => {
    const door = refusing('nothing');
    const cloud = aCloud({ authorize: door.authorize });
    cloud.addBus({ arn: HUB, policy: '{"hub":true}' });
    cloud.addQueue({ arn: HUB_JOBS });
    cloud.addRule(DEFAULT_BUS, aRule({ arn: HUB, roleArn: 'arn:aws:iam::111122223333:role/forward' }));
    cloud.addRule(HUB, { ...aRule({ arn: HUB_JOBS }), arn: `${HUB.replace('event-bus', 'rule')}/in` });
    await publish(cloud);
    expect(bodies(cloud, HUB_JOBS)).toEqual([JSON.stringify(anEvent())]);
    expect(door.asked[0]).toMatchObject({
      principal: { kind: 'role', roleArn: 'arn:aws:iam::111122223333:role/forward' },
      action: 'events:PutEvents',
      resource: HUB,
      account: '444455556666',
      resourcePolicy: '{"hub":true}',
    });
  });

  it('is the last one: a received event goes to no third bus', async () => {
    const cloud = aCloud();
    const third = 'arn:aws:events:eu-central-1:444455556666:event-bus/third';
    cloud.addBus({ arn: HUB });
    const last = cloud.addBus({ arn: third });
    cloud.addQueue({ arn: HUB_JOBS });
    last.addRule(aRule({ arn: HUB_JOBS }));
    cloud.addRule(DEFAULT_BUS, aRule({ arn: HUB }));
    cloud.addRule(HUB, aRule({ arn: third }));
    await publish(cloud);
    expect(bodies(cloud, HUB_JOBS)).toEqual([]);
    expect(cloud.journal.entries('dropped')[0]?.text).toContain('no third one');
  });
});

describe('chaos', () => {
  async function delivered(chaos: unknown, count = 200): Promise<string[]> {
    const cloud = aCloud();
    cloud.addQueue({ arn: JOBS });
    cloud.addRule(DEFAULT_BUS, aRule({ inputPath: '$.detail.number' }));
    cloud.chaos.set(chaos);
    for (let number = 0; number < count; number++) {
      cloud.defaultBus(ACCOUNT, REGION).publish(anEvent({ detail: { number } }));
    }
    await cloud.advance(60_000);
    return bodies(cloud);
  }

  it('loses, doubles and reorders, and does so the same way every time', async () => {
    const settings = { targets: { lose: 0.1, duplicate: 0.1, reorderMs: 5_000 }, seed: 7 };
    const once = await delivered(settings);
    expect(await delivered(settings)).toEqual(once);
    const distinct = new Set(once);
    expect(distinct.size).toBeLessThan(200);
    expect(once.length).toBeGreaterThan(distinct.size);
    expect(once).not.toEqual([...once].sort((a, b) => Number(a) - Number(b)));
    expect(await delivered({ ...settings, seed: 8 })).not.toEqual(once);
  });

  it('does nothing until it is told to, and refuses what it cannot do', async () => {
    expect(await delivered({}, 3)).toEqual(['0', '1', '2']);
    expect(() => aCloud().chaos.set({ targets: { loose: 1 } })).toThrow();
    expect(() => aCloud().chaos.set({ targets: { lose: 2 } })).toThrow();
  });
});

describe('CloudTrail', () => {
  it.each([
    { delay: 0, before: 0, after: 1 },
    { delay: 90_000, before: 0, after: 1 },
  ])('puts events on the default bus after $delay ms', async ({ delay, before, after }) => {
    const cloud = aCloud({ trailDelayMs: delay });
    const jobs = cloud.addQueue({ arn: JOBS });
    cloud.addRule(DEFAULT_BUS, aRule());
    const { ...event } = anEvent();
    cloud.world.trail.append(event as unknown as Parameters<typeof cloud.world.trail.append>[0]);
    if (delay > 0) await cloud.advance(delay - 1);
    expect(jobs.peek()).toHaveLength(before);
    await cloud.advance(1);
    expect(jobs.peek()).toHaveLength(after);
  });

  it('can lose one', async () => {
    const cloud = aCloud();
    const jobs = cloud.addQueue({ arn: JOBS });
    cloud.addRule(DEFAULT_BUS, aRule());
    cloud.chaos.set({ trail: { lose: 1 } });
    const event = anEvent({ detail: { eventName: 'DeleteCluster', eventID: 'e-1', readOnly: false } });
    cloud.world.trail.append(event as unknown as Parameters<typeof cloud.world.trail.append>[0]);
    await cloud.advance(60_000);
    expect(jobs.peek()).toEqual([]);
    expect(cloud.journal.entries('lost')).toMatchObject([{ subject: 'aws.eks DeleteCluster e-1' }]);
  });
});
