import {
  ListEventBusesCommand,
  ListRulesCommand,
  ListTargetsByRuleCommand,
  PutEventsCommand,
  type PutEventsRequestEntry,
  PutRuleCommand,
} from '@aws-sdk/client-eventbridge';
import { describe, expect, it } from 'vitest';
import { ACCOUNT, aRunningCloud, arn, refusing } from '#test/builders/a-cloud.ts';
import { refusalOf } from '#test/builders/running-sandbox.ts';

const BUS = arn('events', 'event-bus/rolecall');
const JOBS = arn('sqs', 'jobs');

async function aBus(options: Parameters<typeof aRunningCloud>[0] = {}) {
  const running = await aRunningCloud(options);
  running.cloud.addBus({ arn: BUS });
  const jobs = running.cloud.addQueue({ arn: JOBS });
  running.cloud.addRule(BUS, {
    arn: arn('events', 'rule/rolecall/all'),
    name: 'all',
    eventPattern: '{"source":["rolecall"]}',
    targets: [{ id: 'jobs', arn: JOBS }],
  });
  return { ...running, jobs };
}

function anEntry(changes: Partial<PutEventsRequestEntry> = {}): PutEventsRequestEntry {
  return {
    EventBusName: 'rolecall',
    Source: 'rolecall',
    DetailType: 'Drifted',
    Detail: '{"a":1}',
    ...changes,
  };
}

describe('PutEvents', () => {
  it('puts events on a bus by name or ARN, with the envelope of AWS', async () => {
    const { events, cloud, jobs } = await aBus();
    const Entries = [
      anEntry({ Time: new Date('2026-11-19T08:00:00.999Z'), Resources: ['r'] }),
      anEntry({ EventBusName: BUS }),
    ];
    const answer = await events.send(new PutEventsCommand({ Entries }));
    expect(answer.FailedEntryCount).toBe(0);
    await cloud.quiet();
    expect(JSON.parse(jobs.peek()[0]?.body ?? '')).toEqual({
      version: '0',
      id: answer.Entries?.[0]?.EventId,
      'detail-type': 'Drifted',
      source: 'rolecall',
      account: ACCOUNT,
      time: '2026-11-19T08:00:00Z',
      region: 'eu-west-1',
      resources: ['r'],
      detail: { a: 1 },
    });
    expect(jobs.peek()).toHaveLength(2);
  });

  it.each<[string, Partial<PutEventsRequestEntry>, string]>([
    ['without a source', { Source: '' }, 'InvalidArgument'],
    ['without a detail type', { DetailType: '' }, 'InvalidArgument'],
    ['without a detail', { Detail: '' }, 'InvalidArgument'],
    ['whose detail is no JSON', { Detail: '{' }, 'MalformedDetail'],
    ['whose detail is no object', { Detail: '[1]' }, 'MalformedDetail'],
    ["in AWS's own name", { Source: 'aws.eks' }, 'NotAuthorizedForSourceException'],
  ])('refuses an entry %s and takes the others', async (_, changes, code) => {
    const { events, cloud, jobs } = await aBus();
    const answer = await events.send(new PutEventsCommand({ Entries: [anEntry(changes), anEntry()] }));
    expect(answer.FailedEntryCount).toBe(1);
    expect(answer.Entries?.[0]?.ErrorCode).toBe(code);
    await cloud.quiet();
    expect(jobs.peek()).toHaveLength(1);
  });

  it.each([
    ['no entries', []],
    ['eleven entries', Array.from({ length: 11 }, () => anEntry())],
    ['a megabyte', [anEntry({ Detail: JSON.stringify({ a: 'x'.repeat(1_048_576) }) })]],
  ])('refuses a call with %s', async (_, Entries) => {
    const { events } = await aBus();
    const refused = await refusalOf(events.send(new PutEventsCommand({ Entries })));
    expect(refused.name).toBe('ValidationException');
  });

  it('asks the front door for each bus, and takes nothing when one is refused', async () => {
    const door = refusing('events:PutEvents');
    const { events, cloud, jobs } = await aBus({ authorize: door.authorize });
    const refused = await refusalOf(events.send(new PutEventsCommand({ Entries: [anEntry()] })));
    expect(refused.name).toBe('AccessDeniedException');
    expect(door.asked).toMatchObject([
      { resource: BUS, context: { 'events:source': ['rolecall'], 'events:detail-type': ['Drifted'] } },
    ]);
    await cloud.quiet();
    expect(jobs.peek()).toEqual([]);
  });

  it('takes events for a bus that is not there and tells nobody but the journal', async () => {
    const { events, cloud } = await aBus();
    const answer = await events.send(
      new PutEventsCommand({ Entries: [anEntry({ EventBusName: 'nowhere' })] }),
    );
    expect(answer.FailedEntryCount).toBe(0);
    expect(cloud.journal.entries('dropped')).toMatchObject([{ subject: arn('events', 'event-bus/nowhere') }]);
  });
});

describe('what can be listed', () => {
  it('is buses, rules and targets', async () => {
    const { events } = await aBus();
    const buses = await events.send(new ListEventBusesCommand({}));
    expect(buses.EventBuses?.map(({ Name }) => Name)).toEqual(['rolecall']);
    const rules = await events.send(new ListRulesCommand({ EventBusName: 'rolecall' }));
    expect(rules.Rules).toMatchObject([
      { Name: 'all', State: 'ENABLED', EventPattern: '{"source":["rolecall"]}' },
    ]);
    const targets = await events.send(
      new ListTargetsByRuleCommand({ Rule: 'all', EventBusName: 'rolecall' }),
    );
    expect(targets.Targets).toEqual([{ Id: 'jobs', Arn: JOBS }]);
  });

  it('cannot be changed', async () => {
    const { events } = await aBus();
    const refused = await refusalOf(events.send(new PutRuleCommand({ Name: 'x', EventPattern: '{}' })));
    expect(refused.name).toBe('UnknownOperationException');
  });
});
