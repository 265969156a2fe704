import * as z from 'zod';
import { Bus, BusPolicy, Rule, RuleTarget } from './graph/event-bus.ts';
import { AsyncInvoke, EventSourceMapping, LambdaFunction, LambdaPermission } from './graph/lambda.ts';
import { Alarm, Dashboard, LogGroup } from './graph/observability.ts';
import { Schedule, StateMachine } from './graph/orchestration.ts';
import { Queue, QueuePolicy } from './graph/queue.ts';
import { Role } from './graph/role.ts';
import { Table } from './graph/table.ts';
import { Subscription, Topic, TopicPolicy } from './graph/topic.ts';

/** Raised whenever a reader of older graphs could misunderstand a newer one. */
export const GRAPH_FORMAT = 'rolecall.dev/graph/v1';

/**
 * What a stage of the app consists of in AWS, as SST's components make it: `graph.json`, explained in docs/graph-format.md. Every
 * list is sorted by name; `name` is the logical name, the same in every stage.
 */
export const Graph = z.strictObject({
  format: z.literal(GRAPH_FORMAT),
  app: z.string(),
  stage: z.string(),
  /** Version of SST that made it. */
  sst: z.string(),
  partition: z.string(),
  account: z.string(),
  /** The home region: that of the default provider. */
  region: z.string(),
  tables: z.array(Table),
  queues: z.array(Queue),
  queuePolicies: z.array(QueuePolicy),
  topics: z.array(Topic),
  topicPolicies: z.array(TopicPolicy),
  subscriptions: z.array(Subscription),
  buses: z.array(Bus),
  busPolicies: z.array(BusPolicy),
  rules: z.array(Rule),
  ruleTargets: z.array(RuleTarget),
  functions: z.array(LambdaFunction),
  functionPermissions: z.array(LambdaPermission),
  asyncInvokes: z.array(AsyncInvoke),
  eventSourceMappings: z.array(EventSourceMapping),
  roles: z.array(Role),
  schedules: z.array(Schedule),
  stateMachines: z.array(StateMachine),
  logGroups: z.array(LogGroup),
  alarms: z.array(Alarm),
  dashboards: z.array(Dashboard),
});
export type Graph = z.infer<typeof Graph>;

/** Reads the text of a `graph.json`; throws with every problem named. */
export function readGraph(text: string): Graph {
  return Graph.parse(JSON.parse(text));
}
