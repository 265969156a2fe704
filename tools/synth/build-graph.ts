import type { RecordedResource, Recording } from './engine/recorded.ts';
import { busOf, busPolicyOf, ruleOf, ruleTargetOf } from './graph/event-bus.ts';
import {
  asyncInvokeOf,
  eventSourceMappingOf,
  lambdaFunctionOf,
  lambdaPermissionOf,
  recursionOf,
} from './graph/lambda.ts';
import { alarmOf, dashboardOf, logGroupOf } from './graph/observability.ts';
import { scheduleOf, stateMachineOf } from './graph/orchestration.ts';
import { queueOf, queuePolicyOf } from './graph/queue.ts';
import { roleOf, rolePolicyOf } from './graph/role.ts';
import { tableOf } from './graph/table.ts';
import { subscriptionOf, topicOf, topicPolicyOf } from './graph/topic.ts';
import { GRAPH_FORMAT, type Graph } from './graph.ts';
import { SynthError } from './synth-error.ts';

/** Finds the zip of a function by the key under which SST would upload it. */
export type ZipOf = (
  key: string,
  functionName: string,
) => { readonly zip: string; readonly zipBytes: number };

/** Needed to deploy, and nothing that AWS would run. */
const NOT_PLAYED: ReadonlySet<string> = new Set([
  'pulumi:providers:aws',
  'random:index/randomBytes:RandomBytes',
  'aws:s3/bucketObjectv2:BucketObjectv2',
]);

/**
 * Makes a graph of a recording. Throws `synth.notInFormat`, naming it, on a resource that the format has no place for.
 */
export function buildGraph(recording: Recording, sst: string, zipOf: ZipOf): Graph {
  const kinds = new ByKind(recording.resources);
  const rolePolicies = kinds.all('aws:iam/rolePolicy:RolePolicy', rolePolicyOf);
  const recursions = kinds.all('aws:lambda/functionRecursionConfig:FunctionRecursionConfig', recursionOf);
  const graph: Graph = {
    format: GRAPH_FORMAT,
    app: recording.app,
    stage: recording.stage,
    sst,
    partition: recording.partition,
    account: recording.account,
    region: recording.region,
    tables: kinds.all('aws:dynamodb/table:Table', tableOf),
    queues: kinds.all('aws:sqs/queue:Queue', queueOf),
    queuePolicies: kinds.all('aws:sqs/queuePolicy:QueuePolicy', queuePolicyOf),
    topics: kinds.all('aws:sns/topic:Topic', topicOf),
    topicPolicies: kinds.all('aws:sns/topicPolicy:TopicPolicy', topicPolicyOf),
    subscriptions: kinds.all('aws:sns/topicSubscription:TopicSubscription', subscriptionOf),
    buses: kinds.all('aws:cloudwatch/eventBus:EventBus', busOf),
    busPolicies: kinds.all('aws:cloudwatch/eventBusPolicy:EventBusPolicy', busPolicyOf),
    rules: kinds.all('aws:cloudwatch/eventRule:EventRule', ruleOf),
    ruleTargets: kinds.all('aws:cloudwatch/eventTarget:EventTarget', ruleTargetOf),
    functions: kinds.all('aws:lambda/function:Function', (resource) =>
      lambdaFunctionOf(resource, (key) => zipOf(key, resource.name), recursions),
    ),
    functionPermissions: kinds.all('aws:lambda/permission:Permission', lambdaPermissionOf),
    asyncInvokes: kinds.all('aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig', asyncInvokeOf),
    eventSourceMappings: kinds.all('aws:lambda/eventSourceMapping:EventSourceMapping', eventSourceMappingOf),
    roles: kinds.all('aws:iam/role:Role', (resource) => roleOf(resource, rolePolicies)),
    schedules: kinds.all('aws:scheduler/schedule:Schedule', scheduleOf),
    stateMachines: kinds.all('aws:sfn/stateMachine:StateMachine', stateMachineOf),
    logGroups: kinds.all('aws:cloudwatch/logGroup:LogGroup', logGroupOf),
    alarms: kinds.all('aws:cloudwatch/metricAlarm:MetricAlarm', alarmOf),
    dashboards: kinds.all('aws:cloudwatch/dashboard:Dashboard', dashboardOf),
  };
  kinds.assertNothingLeft();
  return graph;
}

/** The resources that the app makes, by type, noting which types were asked for. */
class ByKind {
  readonly #made: readonly RecordedResource[];
  readonly #seen = new Set<string>();

  constructor(resources: readonly RecordedResource[]) {
    this.#made = resources.filter(({ custom, kind }) => custom && kind === 'register');
  }

  all<T>(type: string, make: (resource: RecordedResource) => T): T[] {
    this.#seen.add(type);
    return this.#made
      .filter((resource) => resource.type === type)
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .map(make);
  }

  assertNothingLeft(): void {
    const left = this.#made.filter(({ type }) => !this.#seen.has(type) && !NOT_PLAYED.has(type));
    if (left.length === 0) return;
    const named = left.map(({ name, type }) => `${name} (${type})`).join(', ');
    throw new SynthError('synth.notInFormat', `the graph format has no place for: ${named}`);
  }
}
