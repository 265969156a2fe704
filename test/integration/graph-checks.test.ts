import { beforeAll, describe, expect, it } from 'vitest';
import { actionProblems } from '#test/graph/check-actions.ts';
import { alarmProblems, RUNBOOK_PARTS } from '#test/graph/check-alarms.ts';
import { deliveryProblems } from '#test/graph/check-delivery.ts';
import { limitProblems } from '#test/graph/check-limits.ts';
import { queueProblems } from '#test/graph/check-queues.ts';
import { grantsText } from '#test/graph/grants.ts';
import { FIXTURE_APP, ROOT } from '#test/graph/product-app.ts';
import type { Graph } from '#tools/synth/graph.ts';
import { synthesise } from '#tools/synth/synthesise.ts';

let sound: Graph;
beforeAll(async () => {
  sound = (await synthesise({ app: FIXTURE_APP, stage: 'checks', platformOf: ROOT })).graph;
}, 5 * 60_000);

/** A copy of the fixture's graph with a fault in it. */
function faulty(plant: (graph: Graph) => void): Graph {
  const graph = structuredClone(sound);
  plant(graph);
  return graph;
}

function named<T extends { name: string }>(list: readonly T[], name: string): T {
  const found = list.find((entry) => entry.name === name);
  if (found === undefined) throw new Error(`the fixture has no ${name}`);
  return found;
}

const remove = <T extends { name: string }>(list: T[], name: string) => {
  list.splice(list.indexOf(named(list, name)), 1);
};

interface Fault {
  readonly when: string;
  readonly plant: (graph: Graph) => void;
  readonly problem: string;
}

describe('deliveryProblems', () => {
  it('finds nothing wrong with the fixture, but for the dead letters that it does not have', () => {
    expect(deliveryProblems(sound)).toEqual([
      'ForwardIamTarget: what cannot be delivered is lost (no dead letters)',
    ]);
  });

  it.each<Fault>([
    {
      when: 'the queue of a target has no policy',
      plant: ({ queuePolicies }) => remove(queuePolicies, 'WorkPolicy'),
      problem: 'CallsTarget: WorkQueue does not let events.amazonaws.com in',
    },
    {
      when: "the policy names another rule's ARN",
      plant: ({ queuePolicies }) => {
        named(queuePolicies, 'WorkPolicy').policy.Statement[0] = {
          ...named(queuePolicies, 'WorkPolicy').policy.Statement[0],
          Condition: { ArnEquals: { 'aws:SourceArn': 'arn:aws:events:eu-west-1:111122223333:rule/other' } },
        };
      },
      problem: 'CallsTarget: WorkQueue does not let events.amazonaws.com in',
    },
    {
      when: 'the policy lets any rule of anybody in',
      plant: ({ queuePolicies }) => {
        delete named(queuePolicies, 'WorkPolicy').policy.Statement[0]?.['Condition'];
      },
      problem: 'CallsTarget: WorkQueue lets events.amazonaws.com in for anybody',
    },
    {
      when: 'dead letters have no policy',
      plant: ({ queuePolicies }) => remove(queuePolicies, 'UndeliveredPolicy'),
      problem: 'CallsTarget: dead letters: UndeliveredQueue does not let events.amazonaws.com in',
    },
    {
      when: 'dead letters are in another region',
      plant: ({ queues }) => {
        named(queues, 'UndeliveredQueue').region = 'us-east-1';
      },
      problem: 'CallsTarget: dead letters: they are in us-east-1, the rule in eu-west-1',
    },
    {
      when: 'a FIFO target has no message group',
      plant: ({ ruleTargets }) => {
        delete named(ruleTargets, 'CallsTarget').messageGroupId;
      },
      problem: 'CallsTarget: a FIFO queue needs a message group',
    },
    {
      when: 'the rule is in another region than the target says',
      plant: ({ rules }) => {
        named(rules, 'ForwardIam').region = 'eu-west-1';
      },
      problem: 'ForwardIamTarget: no rule fixture-checks-forward-iam on default in us-east-1',
    },
    {
      when: 'the role of a cross-region target may not put events',
      plant: ({ roles }) => {
        named(roles, 'ForwardIamRole').policies = [];
      },
      problem: 'ForwardIamTarget: fixture-checks-forward-iam may not events:PutEvents',
    },
    {
      when: 'EventBridge may not take that role on',
      plant: ({ roles }) => {
        named(roles, 'ForwardIamRole').trustPolicy.Statement = [
          { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } },
        ];
      },
      problem: 'ForwardIamTarget: EventBridge may not take on fixture-checks-forward-iam',
    },
    {
      when: 'a subscribed queue does not let the topic in',
      plant: ({ queuePolicies }) => remove(queuePolicies, 'InboxPolicy'),
      problem: 'NoticesToInbox: InboxQueue does not let sns.amazonaws.com in',
    },
    {
      when: 'a schedule has a role that may not send',
      plant: ({ roles }) => {
        named(roles, 'HourlyRole').policies = [];
      },
      problem: 'may not sqs:SendMessage',
    },
    {
      when: 'a function may not read what feeds it',
      plant: ({ roles }) => {
        const [policy] = named(roles, 'WorkerRole').policies;
        if (policy) policy.document.Statement = [];
      },
      problem: 'WorkMapping: fixture-checks-worker may not sqs:ReceiveMessage',
    },
    {
      when: 'a target is a function that lets nobody in',
      plant: ({ ruleTargets, functions }) => {
        named(ruleTargets, 'CallsTarget').arn = named(functions, 'WorkerFunction').arn;
      },
      problem: 'CallsTarget: the function lets EventBridge in for no rule of this name',
    },
  ])('sees when $when', ({ plant, problem }) => {
    expect(deliveryProblems(faulty(plant)).join('\n')).toContain(problem);
  });
});

describe('queueProblems', () => {
  it('finds nothing wrong with the fixture', () => {
    expect(queueProblems(sound)).toEqual([]);
  });

  it.each<Fault>([
    {
      when: 'a queue has two policies',
      plant: ({ queuePolicies }) => {
        queuePolicies.push({ ...named(queuePolicies, 'WorkPolicy'), name: 'Second' });
      },
      problem: 'WorkQueue: 2 policies overwrite each other',
    },
    {
      when: 'messages come back while the function still runs',
      plant: ({ queues }) => {
        named(queues, 'WorkQueue').visibilityTimeoutSeconds = 179;
      },
      problem: 'WorkQueue: hidden for 179 s, but fixture-checks-WorkerFunction',
    },
    {
      when: 'dead letters are kept no longer',
      plant: ({ queues }) => {
        named(queues, 'WorkDeadQueue').retentionSeconds = 345_600;
      },
      problem: 'WorkDeadQueue: keeps dead letters no longer than WorkQueue',
    },
    {
      when: 'dead letters of a FIFO queue are not FIFO',
      plant: ({ queues }) => {
        named(queues, 'WorkDeadQueue').fifo = false;
      },
      problem: 'WorkQueue: its dead letters are not of the same kind (FIFO)',
    },
    {
      when: 'a queue that is read has no dead letters',
      plant: ({ queues }) => {
        delete named(queues, 'WorkQueue').redrive;
      },
      problem: 'WorkQueue: is read and has no dead letters',
    },
    {
      when: 'one failure fails its batch',
      plant: ({ eventSourceMappings }) => {
        named(eventSourceMappings, 'WorkMapping').partialResponses = false;
      },
      problem: 'WorkMapping: one failure fails the whole batch',
    },
  ])('sees when $when', ({ plant, problem }) => {
    expect(queueProblems(faulty(plant)).join('\n')).toContain(problem);
  });
});

describe('limitProblems', () => {
  it('finds nothing wrong with the fixture, but for a name that SST makes up, and cuts where it must', () => {
    expect(limitProblems(sound)).toEqual([MADE_UP]);
  });

  const MADE_UP = 'function fixture-checks-ProjectorFunction-xgoibgqs: over 64 characters';

  it('finds names and documents that are too long, or would be with the longest name of a stage', () => {
    const graph = faulty(({ stage, roles, queues, rules, functions }) => {
      const [role, other] = roles;
      const [queue] = queues;
      const [rule] = rules;
      const [fn] = functions;
      if (!role || !other || !queue || !rule || !fn) throw new Error('the fixture has too little');
      role.roleName = `rolecall-${stage}-${'r'.repeat(30)}`;
      role.policies = [aPolicy(`rolecall-${stage}-`, 9_000)];
      other.trustPolicy = aPolicy('', 2_048).document;
      queue.queueName = 'q'.repeat(57);
      rule.pattern = { source: ['s'.repeat(4096)] };
      fn.environment = { LONG: 'v'.repeat(4096) };
    });
    const [role, other] = sound.roles.map(({ name }) => name);
    expect(limitProblems(graph)).toEqual(
      [
        `${role}: inline policies over 10,240 characters`,
        `${other}: a trust policy over 2,048 characters`,
        `${sound.functions[0]?.name}: an environment over 4 KB`,
        `${sound.rules[0]?.name}: a pattern over 4,096 characters`,
        MADE_UP,
        `queue ${'q'.repeat(57)}: over 80 characters`,
        `role rolecall-checks-${'r'.repeat(30)}: over 64 characters`,
      ].toSorted(),
    );
  });

  /** About so many characters long, in resources that begin with a name. */
  function aPolicy(name: string, size: number) {
    const resource = `${name}${'x'.repeat(50)}`;
    const Resource = Array<string>(Math.ceil(size / (resource.length + 3))).fill(resource);
    return { name: 'inline', document: { Version: '2012-10-17', Statement: [{ Resource }] } };
  }
});

describe('actionProblems', () => {
  it("finds SST's wide grants in the fixture, which links a table and keeps SST's managed policy", async () => {
    expect(await actionProblems(sound)).toEqual([
      'ProjectorRole: managed policy arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole',
      'WorkerRole: managed policy arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole',
      'WorkerRole: wildcard action dynamodb:*',
    ]);
  });

  const allowing = (statement: Record<string, unknown>) => (graph: Graph) => {
    named(graph.roles, 'ForwardIamRole').policies[0]?.document.Statement.push({
      Effect: 'Allow',
      ...statement,
    });
  };

  it.each<Fault>([
    {
      when: 'an action does not exist',
      plant: allowing({ Action: 'sqs:SendMessages', Resource: '*' }),
      problem: 'ForwardIamRole: unknown action sqs:SendMessages',
    },
    {
      when: 'a service does not exist',
      plant: allowing({ Action: 'sqsx:SendMessage', Resource: '*' }),
      problem: 'ForwardIamRole: unknown action sqsx:SendMessage',
    },
    {
      when: 'an action is allowed everywhere that knows narrower resources',
      plant: allowing({ Action: ['sqs:SendMessage'], Resource: ['*'] }),
      problem: 'ForwardIamRole: sqs:SendMessage on every resource',
    },
    {
      when: 'a statement says what it does not mean',
      plant: allowing({ NotAction: 'iam:PassRole', Resource: '*' }),
      problem: 'ForwardIamRole: a statement by negation',
    },
    {
      when: 'a bus lets more in than is known',
      plant: ({ busPolicies }) => {
        const [statement] = named(busPolicies, 'InboundPolicy').policy.Statement;
        if (statement) statement['Action'] = 'events:PutEvent';
      },
      problem: 'InboundPolicy: unknown action events:PutEvent',
    },
  ])('sees when $when', async ({ plant, problem }) => {
    expect(await actionProblems(faulty(plant))).toContain(problem);
  });

  it('lets an action be allowed everywhere that knows no narrower resource', async () => {
    const graph = faulty(allowing({ Action: 'dynamodb:ListStreams', Resource: '*' }));
    expect(await actionProblems(graph)).toEqual(await actionProblems(sound));
  });
});

describe('alarmProblems', () => {
  const entry = (anchor: string, parts = RUNBOOK_PARTS) =>
    `## ${anchor}\n\n${parts.map((part) => `**${part}.** Something.`).join('\n\n')}\n`;
  const runbook = `# Runbook\n\n${entry('work-is-old')}`;

  it('finds nothing wrong when alarm and entry meet', () => {
    expect(alarmProblems(sound, runbook)).toEqual([]);
  });

  it.each([
    {
      when: 'the entry is missing',
      text: '# Runbook\n',
      problem: 'WorkIsOld: docs/runbook.md has no entry work-is-old',
    },
    {
      when: 'an entry has no alarm',
      text: `${runbook}\n${entry('forgotten')}`,
      problem: 'docs/runbook.md#forgotten: no alarm leads here',
    },
    {
      when: 'an entry does not tell how to see that it is over',
      text: `# Runbook\n\n${entry('work-is-old', RUNBOOK_PARTS.slice(0, 3))}`,
      problem: 'docs/runbook.md#work-is-old: does not say "Over when"',
    },
  ])('sees when $when', ({ text, problem }) => {
    expect(alarmProblems(sound, text)).toContain(problem);
  });

  it.each<Fault>([
    {
      when: 'an alarm names no entry',
      plant: ({ alarms }) => {
        named(alarms, 'WorkIsOld').description = 'Work is old';
      },
      problem: 'WorkIsOld: names no entry of docs/runbook.md',
    },
    {
      when: 'an alarm tells nobody',
      plant: ({ alarms }) => {
        named(alarms, 'WorkIsOld').alarmActions = [];
      },
      problem: 'WorkIsOld: tells nobody',
    },
    {
      when: 'an alarm tells a topic of another region',
      plant: ({ alarms }) => {
        named(alarms, 'WorkIsOld').region = 'us-east-1';
      },
      problem: 'WorkIsOld: cannot tell arn:aws:sns:eu-west-1',
    },
  ])('sees when $when', ({ plant, problem }) => {
    expect(alarmProblems(faulty(plant), runbook).join('\n')).toContain(problem);
  });
});

it('says what a function may do as text that changes with it', () => {
  const text = grantsText(sound);
  expect(text).toContain(
    [
      'ProjectorFunction',
      '  Allow dynamodb:DescribeStream on dynamodb table/ItemsTable/stream/*',
      '  Allow dynamodb:GetRecords on dynamodb table/ItemsTable/stream/*',
      '  Allow dynamodb:GetShardIterator on dynamodb table/ItemsTable/stream/*',
      '  Allow dynamodb:ListStreams on *',
      '  Allow sqs:SendMessage on sqs ProjectorFailedQueue',
      '  with iam aws:policy/service-role/AWSLambdaBasicExecutionRole',
    ].join('\n'),
  );
  expect(text).toContain(
    '  Allow sts:AssumeRole on iam *:role/spoke-write if {"StringEquals":{"aws:ResourceOrgID":"o-fixture"}}',
  );
});
