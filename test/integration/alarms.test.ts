import { describe, expect, it } from 'vitest';
import { freeze, unfreeze } from '#shared/app/registry/freeze.ts';
import { ENV } from '#shared/runtime/names.ts';
import {
  ASKED,
  aHubInTheSandbox,
  CLUSTER_ARN,
  HUB,
  type HubInTheSandbox,
  REGION,
  SPOKE,
  SPOKES,
} from '#test/builders/a-hub-in-the-sandbox.ts';
import { named, type PlayChanges } from '#test/builders/a-played-graph.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** What the topic for alarms of an account was told, oldest first: `brake-engaged ALARM`. */
function told({ played }: HubInTheSandbox, account = HUB): readonly string[] {
  const topic = played.cloud.topics.get(`arn:aws:sns:${REGION}:${account}:rolecall-sandbox-alarms`);
  if (!topic) throw new Error(`${account} has no topic for alarms`);
  return topic.published().map(({ message }) => {
    const { AlarmName, NewStateValue } = JSON.parse(message) as Record<string, string>;
    return `${AlarmName?.replace(/^rolecall-sandbox-/, '')} ${NewStateValue}`;
  });
}

/** What was told of one alarm from now on is what `told` says after `since` lines. */
function toldOf(hub: HubInTheSandbox, alarm: string, since = 0): readonly string[] {
  return told(hub)
    .slice(since)
    .filter((line) => line.startsWith(`${alarm} `));
}

/** The entry of the runbook that the last message about an alarm leads to. */
function runbookOf({ played }: HubInTheSandbox, alarm: string, account = HUB): string | undefined {
  const topic = played.cloud.topics.get(`arn:aws:sns:${REGION}:${account}:rolecall-sandbox-alarms`);
  const last = topic?.published().findLast(({ message }) => message.includes(`rolecall-sandbox-${alarm}"`));
  return /docs\/runbook\.md#[a-z-]+/.exec(last?.message ?? '')?.[0];
}

/** Nobody may bind anything: what the mapping asks for is refused. */
const NOTHING_PASSABLE: PlayChanges = {
  stacks: [{ ...SPOKES, parameters: { ...SPOKES.parameters, PassableRoles: 'nothing' } }],
};
/** Nothing may be overwritten unless somebody approved it. */
const TIGHT_BRAKE: PlayChanges = {
  plant: ({ functions }) => {
    const { environment } = named(functions, 'ReconcileAssociationsFunction');
    Object.assign(environment, { [ENV.brakeClusterFloor]: '0', [ENV.brakeClusterShare]: '0' });
  },
};

/** The role by which the hub reads in the spoke is gone. */
function takeReadRoleAway({ played }: HubInTheSandbox): void {
  played.world.iam(SPOKE).removeRole('rolecall-sandbox-spoke-read', played.world.clock.now());
}

interface Incident {
  readonly alarm: string;
  readonly when: string;
  readonly changes?: PlayChanges;
  readonly happens: (hub: HubInTheSandbox) => Promise<void>;
  /** How long it takes until a person has to know. */
  readonly minutes?: number;
}

const INCIDENTS: readonly Incident[] = [
  {
    alarm: 'reconcile-dead-letters',
    when: 'a message fails ten times',
    happens: (hub) => hub.send('reconcile.fifo', 'no message of ours', CLUSTER_ARN),
    minutes: 45,
  },
  {
    alarm: 'enrol-dead-letters',
    when: 'a cluster cannot be enrolled ten times',
    happens: (hub) => hub.send('enrol', 'no message of ours'),
    minutes: 45,
  },
  {
    alarm: 'repair-failed',
    when: 'AWS refuses a write',
    changes: NOTHING_PASSABLE,
    happens: (hub) => hub.lookAtAll(),
  },
  {
    alarm: 'brake-engaged',
    when: 'more is to be overwritten than may be',
    changes: TIGHT_BRAKE,
    happens: (hub) => hub.swapRole(),
  },
  {
    alarm: 'writes-frozen',
    when: 'a repair is held by the freeze',
    happens: async (hub) => {
      await freeze(hub.registry, ASKED);
      await hub.swapRole();
    },
    minutes: 20,
  },
  {
    alarm: 'drift-open',
    when: 'drift is found where nothing is to be written',
    happens: async (hub) => {
      await hub.changeModes('enforce', 'observe');
      await hub.swapRole();
    },
    minutes: 20,
  },
  {
    alarm: 'cluster-unread',
    when: 'a cluster cannot be read',
    happens: async (hub) => {
      takeReadRoleAway(hub);
      await hub.swapRole();
    },
    minutes: 30,
  },
  {
    alarm: 'event-unreadable',
    when: 'an event comes that nobody can read',
    happens: (hub) => hub.send('inbound', '{"source":"aws.eks","detail-type":"AWS API Call via CloudTrail"}'),
  },
];

describe('an alarm', () => {
  it.each(INCIDENTS)('tells whoever watches, and where to read on, when $when: $alarm', async (incident) => {
    const { alarm, changes, happens, minutes = 10 } = incident;
    const hub = await aHubInTheSandbox(changes);
    // A refused write is one from its first contact on; every other hub is quiet.
    if (changes !== NOTHING_PASSABLE) {
      await hub.played.cloud.advance(10 * MINUTE);
      expect(told(hub).filter((line) => line.endsWith(' ALARM'))).toEqual([]);
    }
    await happens(hub);
    await hub.played.cloud.advance(minutes * MINUTE);
    expect(told(hub)).toContain(`${alarm} ALARM`);
    expect(runbookOf(hub, alarm)).toBe(`docs/runbook.md#${alarm}`);
  });

  it('tells that it is over', async () => {
    const hub = await aHubInTheSandbox();
    await freeze(hub.registry, ASKED);
    await hub.swapRole();
    await hub.played.cloud.advance(10 * MINUTE);
    await unfreeze(hub.registry, ASKED);
    await hub.played.cloud.advance(40 * MINUTE);
    expect(told(hub).filter((line) => line.startsWith('writes-frozen'))).toEqual([
      // The first that there is to say of an alarm.
      'writes-frozen OK',
      'writes-frozen ALARM',
      'writes-frozen OK',
    ]);
    expect((await hub.association()).roleArn).toMatch(/app-right$/);
  });

  it.each<Omit<Incident, 'when'>>([
    {
      alarm: 'writes-frozen',
      happens: async (hub) => {
        await freeze(hub.registry, ASKED);
        await hub.swapRole();
      },
    },
    {
      alarm: 'cluster-unread',
      happens: async (hub) => {
        takeReadRoleAway(hub);
        await hub.swapRole();
      },
    },
  ])('goes off once and stays, as long as it lasts: $alarm', async ({ alarm, happens }) => {
    const hub = await aHubInTheSandbox();
    await hub.played.cloud.advance(10 * MINUTE);
    const before = told(hub).length;
    await happens(hub);
    await hub.played.cloud.advance(3 * HOUR);
    expect(toldOf(hub, alarm, before)).toEqual([`${alarm} ALARM`]);
  });

  it.each<Omit<Incident, 'when'>>([
    { alarm: 'brake-engaged', changes: TIGHT_BRAKE, happens: (hub) => hub.swapRole() },
    {
      alarm: 'drift-open',
      happens: async (hub) => {
        await hub.changeModes('enforce', 'observe');
        await hub.swapRole();
      },
    },
    { alarm: 'event-unreadable', happens: (hub) => hub.send('inbound', 'no event') },
  ])('never says that it is over when nobody knows: $alarm', async ({ alarm, changes, happens }) => {
    const hub = await aHubInTheSandbox(changes);
    await hub.played.cloud.advance(10 * MINUTE);
    await happens(hub);
    await hub.played.cloud.advance(3 * HOUR);
    expect(toldOf(hub, alarm)).toEqual([`${alarm} ALARM`]);
  });

  it('tells in the spoke what the spoke could not tell the hub', async () => {
    const hub = await aHubInTheSandbox({
      plant: ({ busPolicies }) => {
        named(busPolicies, 'InboundBusPolicy').policy.Statement = [];
      },
    });
    await hub.played.cloud.advance(5 * MINUTE);
    expect(told(hub, SPOKE)).toContain('spoke-undelivered ALARM');
    expect(runbookOf(hub, 'spoke-undelivered', SPOKE)).toBe('docs/runbook.md#spoke-undelivered');
    expect(told(hub).filter((line) => line.endsWith(' ALARM'))).toEqual([]);
    hub.played.cloud.queues.get(`arn:aws:sqs:${REGION}:${SPOKE}:rolecall-sandbox-undelivered`)?.purge();
    await hub.played.cloud.advance(5 * MINUTE);
    expect(told(hub, SPOKE).at(-1)).toBe('spoke-undelivered OK');
  });
});
