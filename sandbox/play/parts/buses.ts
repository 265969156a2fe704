import { AwsError } from '../../aws-error.ts';
import type { Cloud } from '../../cloud/cloud.ts';
import type { TargetDefinition } from '../../eventbridge/bus.ts';
import type { Graph, Rule, RuleTarget } from '../graph-schema.ts';
import { PlayError } from '../play-error.ts';
import { onlyOne } from './messaging.ts';

/** Services that a rule or a schedule can send to in the sandbox. */
const RULE_TARGETS = ['sqs', 'sns', 'lambda', 'events'];

/** Makes buses with their policies, and rules with their targets. Throws `PlayError` for what AWS would not take. */
export function putBuses(cloud: Cloud, graph: Graph): void {
  const policies = onlyOne(graph.busPolicies, ({ region, busName }) => busArn(graph, region, busName), 'bus');
  const own = graph.buses.map(({ arn }) => arn);
  // A default bus is there anyway; it is named only when it gets a policy.
  const withPolicy = [...policies.keys()].filter((arn) => arn.endsWith(':event-bus/default'));
  for (const arn of [...own, ...withPolicy]) {
    const policy = policies.get(arn);
    cloud.addBus({ arn, ...(policy === undefined ? {} : { policy }) });
  }
  checkTargets(graph);
  for (const rule of graph.rules) putRule(cloud, graph, rule);
}

function putRule(cloud: Cloud, graph: Graph, rule: Rule): void {
  const targets = graph.ruleTargets.filter((target) => isOf(rule, target)).map(targetOf);
  try {
    cloud.addRule(busArn(graph, rule.region, rule.busName), {
      arn: rule.arn,
      name: rule.ruleName,
      eventPattern: rule.pattern,
      scheduleExpression: rule.schedule,
      state: rule.state,
      targets,
    });
  } catch (error) {
    const why = error instanceof AwsError || error instanceof Error ? error.message : String(error);
    throw new PlayError('EventBridge would refuse a rule:', [`${rule.name}: ${why}`]);
  }
}

function checkTargets({ rules, ruleTargets }: Graph): void {
  const problems = ruleTargets.flatMap((target) => {
    const service = target.arn.split(':')[2] ?? '';
    if (!rules.some((rule) => isOf(rule, target))) {
      return [`${target.name}: there is no rule ${target.ruleName} on ${target.busName} in ${target.region}`];
    }
    return RULE_TARGETS.includes(service) ? [] : [`${target.name}: the sandbox cannot send to ${target.arn}`];
  });
  if (problems.length > 0) throw new PlayError('Targets of rules cannot be played:', problems);
}

function isOf(rule: Rule, target: RuleTarget): boolean {
  return (
    rule.ruleName === target.ruleName && rule.busName === target.busName && rule.region === target.region
  );
}

function targetOf(target: RuleTarget): TargetDefinition {
  const { inputTransformer } = target;
  return {
    id: target.targetId,
    arn: target.arn,
    roleArn: target.roleArn,
    input: target.input,
    inputPath: target.inputPath,
    inputTransformer: inputTransformer && {
      inputPathsMap: inputTransformer.paths,
      inputTemplate: inputTransformer.template,
    },
    messageGroupId: target.messageGroupId,
    retryPolicy: {
      maximumRetryAttempts: target.retry.maxAttempts,
      maximumEventAgeSeconds: target.retry.maxAgeSeconds,
    },
    deadLetterArn: target.deadLetterArn,
  };
}

/** A bus is named by its name or its ARN. */
function busArn({ partition, account }: Graph, region: string, busName: string): string {
  if (busName.startsWith('arn:')) return busName;
  return `arn:${partition}:events:${region}:${account}:event-bus/${busName}`;
}
