import { digestOf } from './digest.ts';

interface Asked {
  /** The logical name. */
  readonly name: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly account: string;
  readonly partition: string;
  readonly region: string;
}

interface Computed {
  readonly id: string;
  readonly [output: string]: unknown;
}

/** A stand-in for the time at which a stream was made: ARNs of streams end in it. */
const STREAM_LABEL = '2026-01-01T00:00:00.000';

/**
 * For each type of resource in use: its id and the outputs that AWS computes, deterministic. A type is added here when a stack
 * begins to use it, and to `tools/synth/graph` so that it is seen in the graph.
 */
export const RESOURCE_TYPES: Readonly<Record<string, (asked: Asked) => Computed>> = {
  'pulumi:providers:aws': ({ name }) => ({ id: digestOf(name, 10) }),
  'random:index/randomBytes:RandomBytes': ({ name, inputs }) => {
    const bytes = Buffer.from(digestOf(name, 64), 'hex').subarray(0, Number(inputs['length'] ?? 32));
    return { id: digestOf(name, 10), base64: bytes.toString('base64'), hex: bytes.toString('hex') };
  },
  'aws:s3/bucketObjectv2:BucketObjectv2': (asked) => {
    const { bucket, key } = asked.inputs;
    return { id: `${bucket}/${key}`, arn: `arn:${asked.partition}:s3:::${bucket}/${key}` };
  },

  'aws:dynamodb/table:Table': (asked) => {
    const name = physicalName(asked);
    const arn = arnOf(asked, 'dynamodb', `table/${name}`);
    const streams = asked.inputs['streamEnabled'] === true;
    const stream = streams ? { streamArn: `${arn}/stream/${STREAM_LABEL}`, streamLabel: STREAM_LABEL } : {};
    return { id: name, name, arn, streamArn: '', streamLabel: '', ...stream };
  },
  'aws:sqs/queue:Queue': (asked) => {
    const name = physicalName(asked);
    const url = `https://sqs.${asked.region}.amazonaws.com/${asked.account}/${name}`;
    return { id: url, name, url, arn: arnOf(asked, 'sqs', name) };
  },
  'aws:sqs/queuePolicy:QueuePolicy': ({ inputs }) => ({ id: String(inputs['queueUrl']) }),
  'aws:sns/topic:Topic': (asked) => withArnAsId(asked, 'sns', physicalName(asked)),
  'aws:sns/topicPolicy:TopicPolicy': ({ inputs }) => ({ id: String(inputs['arn']) }),
  'aws:sns/topicSubscription:TopicSubscription': ({ name, inputs }) => {
    const arn = `${inputs['topic']}:${digestOf(name, 12)}`;
    return { id: arn, arn };
  },
  'aws:cloudwatch/eventBus:EventBus': (asked) => {
    const name = physicalName(asked);
    return { id: name, name, arn: arnOf(asked, 'events', `event-bus/${name}`) };
  },
  'aws:cloudwatch/eventBusPolicy:EventBusPolicy': ({ inputs }) => ({ id: String(inputs['eventBusName']) }),
  'aws:cloudwatch/eventRule:EventRule': (asked) => {
    const name = physicalName(asked);
    const bus = String(asked.inputs['eventBusName'] ?? 'default');
    const path = bus === 'default' ? name : `${bus}/${name}`;
    return { id: path, name, eventBusName: bus, arn: arnOf(asked, 'events', `rule/${path}`) };
  },
  'aws:cloudwatch/eventTarget:EventTarget': ({ name, inputs }) => {
    const targetId = String(inputs['targetId'] ?? digestOf(name, 10));
    return { id: `${inputs['rule']}-${targetId}`, targetId };
  },

  'aws:lambda/function:Function': (asked) => {
    const name = physicalName(asked);
    const arn = arnOf(asked, 'lambda', `function:${name}`);
    const invokeArn = `${arnOf({ ...asked, account: 'lambda' }, 'apigateway', 'path')}/2015-03-31/functions/${arn}/invocations`;
    return {
      id: name,
      name,
      arn,
      qualifiedArn: `${arn}:$LATEST`,
      version: '$LATEST',
      invokeArn,
      publish: false,
    };
  },
  'aws:lambda/eventSourceMapping:EventSourceMapping': (asked) => {
    const uuid = digestOf(asked.name, 10);
    return { id: uuid, uuid, arn: arnOf(asked, 'lambda', `event-source-mapping:${uuid}`) };
  },
  'aws:lambda/permission:Permission': ({ name }) => ({ id: name, statementId: name }),
  'aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig': ({ inputs }) => ({
    id: String(inputs['functionName']),
  }),
  'aws:lambda/functionRecursionConfig:FunctionRecursionConfig': ({ inputs }) => ({
    id: String(inputs['functionName']),
  }),
  'aws:cloudwatch/logGroup:LogGroup': (asked) => {
    const name = physicalName(asked);
    return { id: name, name, arn: arnOf(asked, 'logs', `log-group:${name}`) };
  },

  'aws:iam/role:Role': (asked) => {
    const name = physicalName(asked);
    const arn = arnOf({ ...asked, region: '' }, 'iam', `role${asked.inputs['path'] ?? '/'}${name}`);
    return { id: name, name, arn, uniqueId: `AROA${digestOf(name, 16).toUpperCase()}` };
  },
  'aws:iam/rolePolicy:RolePolicy': (asked) => ({
    id: `${asked.inputs['role']}:${physicalName(asked)}`,
    name: physicalName(asked),
  }),

  'aws:scheduler/schedule:Schedule': (asked) => {
    const name = physicalName(asked);
    const group = String(asked.inputs['groupName'] ?? 'default');
    return {
      id: `${group}/${name}`,
      name,
      groupName: group,
      arn: arnOf(asked, 'scheduler', `schedule/${group}/${name}`),
    };
  },
  'aws:sfn/stateMachine:StateMachine': (asked) =>
    withArnAsId(asked, 'states', `stateMachine:${physicalName(asked)}`),
  'aws:cloudwatch/metricAlarm:MetricAlarm': (asked) => {
    const name = physicalName(asked);
    return { id: name, name, arn: arnOf(asked, 'cloudwatch', `alarm:${name}`) };
  },
  'aws:cloudwatch/compositeAlarm:CompositeAlarm': (asked) => {
    const name = String(asked.inputs['alarmName']);
    return { id: name, arn: arnOf(asked, 'cloudwatch', `alarm:${name}`) };
  },
  'aws:cloudwatch/dashboard:Dashboard': (asked) => ({
    id: String(asked.inputs['dashboardName']),
    dashboardArn: arnOf({ ...asked, region: '' }, 'cloudwatch', `dashboard/${asked.inputs['dashboardName']}`),
  }),
};

/** The name in AWS; Pulumi makes one up where the program gives none. */
function physicalName({ name, inputs }: Asked): string {
  return typeof inputs['name'] === 'string' ? inputs['name'] : `${name}-${digestOf(name, 7)}`;
}

function arnOf(
  { partition, region, account }: Pick<Asked, 'partition' | 'region' | 'account'>,
  service: string,
  resource: string,
): string {
  return `arn:${partition}:${service}:${region}:${account}:${resource}`;
}

function withArnAsId(asked: Asked, service: string, resource: string): Computed {
  const arn = arnOf(asked, service, resource);
  return { id: arn, arn, name: physicalName(asked) };
}
