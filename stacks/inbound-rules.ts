import {
  EKS_ADDONS_PATTERN,
  EKS_CALLS_PATTERN,
  type EventPatternData,
  IAM_CALLS_PATTERN,
  INBOUND_QUEUE_PATTERN,
} from '#events/patterns.ts';
import type { Buses } from './buses.ts';
import { iamRegion } from './iam-region.ts';
import { named } from './names.ts';
import { deadLetters, type Queues } from './queues.ts';
import type { Settings } from './settings.ts';

export type InboundRules = ReturnType<typeof inboundRules>;

/** EventBridge's retries: for an hour, after which the dead letters are the better place. */
const RETRY = { maximumEventAgeInSeconds: 3600, maximumRetryAttempts: 185 };

interface RuleInRegion {
  readonly name: string;
  readonly physical: string;
  readonly pattern: EventPatternData;
  readonly provider: aws.Provider | undefined;
}

/**
 * The hub account's own events: rules on its default bus, in its home region, in the others that have clusters, and where IAM's
 * events appear, all one hop to the inbound bus; and from there to the inbound queue. What cannot be delivered is kept as a dead
 * letter, in the region of its rule.
 */
export function inboundRules(
  settings: Settings,
  { inbound }: Buses,
  { inbound: queue, undelivered }: Queues,
) {
  const role = putEventsRole(inbound);
  const iamHome = iamRegion(settings.region);
  const regions = [...new Set([settings.region, ...settings.moreHubRegions, iamHome])];
  const parts = regions.map((region) => {
    const provider = region === settings.region ? undefined : new aws.Provider(`In-${region}`, { region });
    const letters =
      provider === undefined
        ? undelivered
        : deadLetters(`Undelivered-${region}`, 'undelivered', false, provider);
    const hasClusters = region === settings.region || settings.moreHubRegions.includes(region);
    const rules = [
      ...(hasClusters ? eksRules(region, provider) : []),
      ...(region === iamHome ? [iamRule(provider)] : []),
    ].map((rule) => toBus(rule, inbound, role, letters));
    return { region, provider, letters, rules };
  });
  const delivery = toQueue(inbound, queue.queue, undelivered);
  for (const { region, provider, letters, rules } of parts) {
    const senders = [...rules, ...(provider === undefined ? [delivery] : [])];
    acceptFrom(`Undelivered-${region}`, letters, senders, provider);
  }
  acceptFrom('Inbound', queue.queue, [delivery], undefined);
  return { regions: parts };
}

function eksRules(region: string, provider: aws.Provider | undefined): RuleInRegion[] {
  return [
    { name: `EksCalls-${region}`, physical: 'eks-calls', pattern: EKS_CALLS_PATTERN, provider },
    { name: `EksAddons-${region}`, physical: 'eks-addons', pattern: EKS_ADDONS_PATTERN, provider },
  ];
}

function iamRule(provider: aws.Provider | undefined): RuleInRegion {
  return { name: 'IamCalls', physical: 'iam-calls', pattern: IAM_CALLS_PATTERN, provider };
}

/** A rule on the default bus of a region, one hop to the inbound bus. */
function toBus(
  { name, physical, pattern, provider }: RuleInRegion,
  bus: sst.aws.Bus,
  role: aws.iam.Role,
  letters: sst.aws.Queue,
) {
  const options = provider === undefined ? {} : { provider };
  const rule = new aws.cloudwatch.EventRule(
    name,
    { name: named(physical), eventBusName: 'default', eventPattern: JSON.stringify(pattern) },
    options,
  );
  new aws.cloudwatch.EventTarget(
    `${name}-ToInbound`,
    {
      rule: rule.name,
      eventBusName: 'default',
      targetId: 'inbound',
      arn: bus.arn,
      roleArn: role.arn,
      deadLetterConfig: { arn: letters.arn },
      retryPolicy: RETRY,
    },
    options,
  );
  return rule;
}

/** From the inbound bus to the queue that `detect-drift` reads. */
function toQueue(bus: sst.aws.Bus, queue: sst.aws.Queue, letters: sst.aws.Queue) {
  const rule = new aws.cloudwatch.EventRule('InboundEvents', {
    name: named('inbound-events'),
    eventBusName: bus.name,
    eventPattern: JSON.stringify(INBOUND_QUEUE_PATTERN),
  });
  new aws.cloudwatch.EventTarget('InboundEvents-ToQueue', {
    rule: rule.name,
    eventBusName: bus.name,
    targetId: 'inbound-queue',
    arn: queue.arn,
    deadLetterConfig: { arn: letters.arn },
    retryPolicy: RETRY,
  });
  return rule;
}

/** The one policy of a queue: these rules may send to it. EventBridge needs it for dead letters as well. */
function acceptFrom(
  name: string,
  queue: sst.aws.Queue,
  rules: readonly aws.cloudwatch.EventRule[],
  provider: aws.Provider | undefined,
) {
  const policy = aws.iam.getPolicyDocumentOutput({
    statements: [
      {
        sid: 'EventsOfTheseRules',
        actions: ['sqs:SendMessage'],
        resources: [queue.arn],
        principals: [{ type: 'Service', identifiers: ['events.amazonaws.com'] }],
        conditions: [{ test: 'ArnEquals', variable: 'aws:SourceArn', values: rules.map((rule) => rule.arn) }],
      },
    ],
  });
  new aws.sqs.QueuePolicy(
    `${name}-Policy`,
    { queueUrl: queue.url, policy: policy.json },
    provider === undefined ? {} : { provider },
  );
}

function putEventsRole(bus: sst.aws.Bus) {
  return new aws.iam.Role('ForwardEventsRole', {
    name: named('forward-events'),
    description: 'Lets EventBridge pass events of EKS and IAM on to the inbound bus',
    assumeRolePolicy: aws.iam.getPolicyDocumentOutput({
      statements: [
        {
          actions: ['sts:AssumeRole'],
          principals: [{ type: 'Service', identifiers: ['events.amazonaws.com'] }],
          conditions: [
            {
              test: 'StringEquals',
              variable: 'aws:SourceAccount',
              values: [aws.getCallerIdentityOutput().accountId],
            },
          ],
        },
      ],
    }).json,
    inlinePolicies: [
      {
        name: 'inline',
        policy: aws.iam.getPolicyDocumentOutput({
          statements: [{ actions: ['events:PutEvents'], resources: [bus.arn] }],
        }).json,
      },
    ],
  });
}
