import type { Graph } from '#tools/synth/graph.ts';
import { roleMay, serviceMay, serviceMayAssume } from './deliverable.ts';

const EVENTS = 'events.amazonaws.com';

/**
 * Problems that AWS shows only when something is to be delivered, and then by silence: whoever sends must be let in by whoever
 * receives, in the region where it must be. Looks at event targets and their dead letters, subscriptions, schedules and event
 * source mappings.
 */
export function deliveryProblems(graph: Graph): readonly string[] {
  return [
    ...graph.ruleTargets.flatMap((target) => targetProblems(graph, target)),
    ...graph.subscriptions.flatMap((subscription) => subscriptionProblems(graph, subscription)),
    ...graph.schedules.flatMap((schedule) => scheduleProblems(graph, schedule)),
    ...graph.eventSourceMappings.flatMap((mapping) => mappingProblems(graph, mapping)),
  ].toSorted();
}

type Target = Graph['ruleTargets'][number];

function targetProblems(graph: Graph, target: Target): readonly string[] {
  const rule = graph.rules.find(
    ({ ruleName, busName, region }) =>
      ruleName === target.ruleName && busName === target.busName && region === target.region,
  );
  if (rule === undefined)
    return [`${target.name}: no rule ${target.ruleName} on ${target.busName} in ${target.region}`];
  const undeliverable = targetProblem(graph, target, rule.arn);
  return [
    ...(undeliverable === undefined ? [] : [`${target.name}: ${undeliverable}`]),
    ...deadLetterProblems(graph, target, rule.arn),
  ];
}

function targetProblem(graph: Graph, target: Target, ruleArn: string): string | undefined {
  const [, , service, region] = target.arn.split(':');
  if (service !== 'events' && region !== target.region)
    return `the target is in ${region}, the rule in ${target.region}`;
  switch (service) {
    case 'sqs':
      return queueProblem(graph, target.arn, EVENTS, ruleArn) ?? groupProblem(graph, target);
    case 'sns':
      return serviceMay(EVENTS, 'sns:Publish', target.arn, ruleArn, topicPolicies(graph, target.arn))
        ? undefined
        : 'the topic lets EventBridge in for no rule of this name';
    case 'lambda':
      return functionLetsIn(graph, target.arn, EVENTS, ruleArn)
        ? undefined
        : 'the function lets EventBridge in for no rule of this name';
    case 'events':
    case 'states':
      return forwardProblem(
        graph,
        target,
        service === 'events' ? 'events:PutEvents' : 'states:StartExecution',
      );
    default:
      return `nobody knows whether EventBridge may deliver to ${target.arn}`;
  }
}

function groupProblem(graph: Graph, target: Target): string | undefined {
  const fifo = graph.queues.find(({ arn }) => arn === target.arn)?.fifo === true;
  return fifo && target.messageGroupId === undefined ? 'a FIFO queue needs a message group' : undefined;
}

/** Targets that EventBridge reaches by taking a role on, buses of other regions and accounts among them. */
function forwardProblem(graph: Graph, target: Target, action: string): string | undefined {
  const role = graph.roles.find(({ arn }) => arn === target.roleArn);
  if (role === undefined) return 'has no role of this app to deliver with';
  if (!serviceMayAssume(EVENTS, role)) return `EventBridge may not take on ${role.roleName}`;
  return roleMay(role, action, target.arn)
    ? undefined
    : `${role.roleName} may not ${action} on ${target.arn}`;
}

function deadLetterProblems(graph: Graph, target: Target, ruleArn: string): readonly string[] {
  if (target.deadLetterArn === undefined)
    return [`${target.name}: what cannot be delivered is lost (no dead letters)`];
  const queue = graph.queues.find(({ arn }) => arn === target.deadLetterArn);
  if (queue === undefined) return [`${target.name}: its dead letters go to no queue of this app`];
  const problem =
    queue.region === target.region
      ? queueProblem(graph, queue.arn, EVENTS, ruleArn)
      : `they are in ${queue.region}, the rule in ${target.region}`;
  return [
    ...(queue.fifo ? [`${target.name}: EventBridge's dead letters need a standard queue`] : []),
    ...(problem === undefined ? [] : [`${target.name}: dead letters: ${problem}`]),
  ];
}

/** Whether a queue's one policy lets a service in for this source, and for no other. */
function queueProblem(
  graph: Graph,
  queueArn: string,
  service: string,
  sourceArn: string,
): string | undefined {
  const queue = graph.queues.find(({ arn }) => arn === queueArn);
  if (queue === undefined) return `no queue ${queueArn}`;
  const policies = graph.queuePolicies
    .filter(({ queueUrl }) => queueUrl === queue.url)
    .map(({ policy }) => policy);
  const lets = (source: string) => serviceMay(service, 'sqs:SendMessage', queueArn, source, policies);
  if (!lets(sourceArn)) return `${queue.name} does not let ${service} in for ${sourceArn}`;
  return lets(`${sourceArn}-of-somebody-else`) ? `${queue.name} lets ${service} in for anybody` : undefined;
}

function subscriptionProblems(graph: Graph, subscription: Graph['subscriptions'][number]): readonly string[] {
  const { name, protocol, endpoint, topicArn, deadLetterArn } = subscription;
  const sns = 'sns.amazonaws.com';
  const problems =
    protocol === 'sqs'
      ? [queueProblem(graph, endpoint, sns, topicArn)]
      : protocol === 'lambda' && !functionLetsIn(graph, endpoint, sns, topicArn)
        ? ['the function does not let SNS in']
        : [];
  const dead = deadLetterArn === undefined ? [] : [queueProblem(graph, deadLetterArn, sns, topicArn)];
  return [...problems, ...dead].flatMap((problem) => (problem === undefined ? [] : [`${name}: ${problem}`]));
}

function scheduleProblems(graph: Graph, { name, target }: Graph['schedules'][number]): readonly string[] {
  const role = graph.roles.find(({ arn }) => arn === target.roleArn);
  if (role === undefined) return [`${name}: has no role of this app`];
  const action = SCHEDULED[target.arn.split(':')[2] ?? ''];
  if (action === undefined) return [`${name}: nobody knows whether the scheduler may reach ${target.arn}`];
  return [
    ...(serviceMayAssume('scheduler.amazonaws.com', role)
      ? []
      : [`${name}: the scheduler may not take its role on`]),
    ...(roleMay(role, action, target.arn)
      ? []
      : [`${name}: ${role.roleName} may not ${action} on ${target.arn}`]),
  ];
}

const SCHEDULED: Readonly<Record<string, string>> = {
  sqs: 'sqs:SendMessage',
  lambda: 'lambda:InvokeFunction',
  states: 'states:StartExecution',
};

/** What Lambda's poller does on the function's behalf. */
const POLLED: Readonly<Record<string, readonly string[]>> = {
  sqs: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
  dynamodb: ['dynamodb:GetRecords', 'dynamodb:GetShardIterator', 'dynamodb:DescribeStream'],
};

function mappingProblems(graph: Graph, mapping: Graph['eventSourceMappings'][number]): readonly string[] {
  const fn = graph.functions.find(({ arn, functionName }) =>
    [arn, functionName].includes(mapping.functionArn),
  );
  if (fn === undefined) return [`${mapping.name}: no function ${mapping.functionArn}`];
  const role = graph.roles.find(({ arn }) => arn === fn.roleArn);
  const actions = POLLED[mapping.sourceArn.split(':')[2] ?? ''];
  if (role === undefined || actions === undefined)
    return [`${mapping.name}: nobody knows whether Lambda may read it`];
  const onFailure = mapping.stream?.onFailureArn;
  return [
    ...actions
      .filter((action) => !roleMay(role, action, mapping.sourceArn))
      .map((action) => `${mapping.name}: ${role.roleName} may not ${action}`),
    ...(onFailure === undefined || roleMay(role, 'sqs:SendMessage', onFailure)
      ? []
      : [`${mapping.name}: ${role.roleName} may not send what failed`]),
  ];
}

function functionLetsIn(graph: Graph, functionArn: string, principal: string, sourceArn: string): boolean {
  const fn = graph.functions.find(({ arn }) => arn === functionArn);
  return graph.functionPermissions.some(
    (permission) =>
      [functionArn, fn?.functionName].includes(permission.function) &&
      permission.action === 'lambda:InvokeFunction' &&
      permission.principal === principal &&
      permission.sourceArn === sourceArn,
  );
}

function topicPolicies(graph: Graph, topic: string) {
  return graph.topicPolicies.filter(({ topicArn }) => topicArn === topic).map(({ policy }) => policy);
}
