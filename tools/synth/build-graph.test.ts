import { describe, expect, it } from 'vitest';
import { buildGraph } from './build-graph.ts';
import type { RecordedResource, Recording } from './engine/recorded.ts';
import { Graph } from './graph.ts';

const zipOf = () => ({ zip: 'zips/x.zip', zipBytes: 1 });

function aResource(changes: Partial<RecordedResource>): RecordedResource {
  return {
    urn: 'urn:x',
    type: 'aws:sqs/queue:Queue',
    name: 'Work',
    kind: 'register',
    custom: true,
    region: 'eu-west-1',
    id: 'https://queue',
    inputs: { name: 'work' },
    outputs: { arn: 'arn:aws:sqs:eu-west-1:111122223333:work' },
    retainOnDelete: false,
    dependencies: [],
    ...changes,
  };
}

const aRecording = (...resources: readonly RecordedResource[]): Recording => ({
  app: 'app',
  stage: 'test',
  account: '111122223333',
  partition: 'aws',
  region: 'eu-west-1',
  complete: true,
  resources: [...resources],
});

const graphOf = (...resources: readonly RecordedResource[]) =>
  buildGraph(aRecording(...resources), '4.17.1', zipOf);

describe('buildGraph', () => {
  it("fills in the provider's defaults, which are SQS's own but for the size of a message", () => {
    expect(graphOf(aResource({})).queues).toEqual([
      {
        name: 'Work',
        region: 'eu-west-1',
        queueName: 'work',
        url: 'https://queue',
        arn: 'arn:aws:sqs:eu-west-1:111122223333:work',
        fifo: false,
        contentBasedDeduplication: false,
        deduplicationScope: 'queue',
        fifoThroughputLimit: 'perQueue',
        delaySeconds: 0,
        visibilityTimeoutSeconds: 30,
        retentionSeconds: 345_600,
        maxMessageBytes: 262_144,
        receiveWaitSeconds: 0,
      },
    ]);
  });

  it('sorts by name and keeps its own format', () => {
    const graph = graphOf(aResource({ name: 'B' }), aResource({ name: 'A' }));
    expect(graph.queues.map(({ name }) => name)).toEqual(['A', 'B']);
    expect(Graph.parse(graph)).toEqual(graph);
  });

  it('leaves out components, what is only referred to, and what is only for deploying', () => {
    const graph = graphOf(
      aResource({ custom: false, type: 'sst:aws:Queue' }),
      aResource({ kind: 'read' }),
      aResource({ type: 'pulumi:providers:aws' }),
    );
    expect(graph.queues).toEqual([]);
  });

  it.each([
    {
      when: 'a resource has no place',
      resource: aResource({ type: 'aws:kms/key:Key', name: 'Secret' }),
      says: 'the graph format has no place for: Secret (aws:kms/key:Key)',
    },
    {
      when: 'a property has no place',
      resource: aResource({ inputs: { name: 'work', kmsMasterKeyId: 'alias/k' } }),
      says: 'kmsMasterKeyId',
    },
    {
      when: 'a policy is not JSON',
      resource: aResource({
        type: 'aws:sqs/queuePolicy:QueuePolicy',
        inputs: { queueUrl: 'q', policy: '{' },
      }),
      says: 'not JSON',
    },
    {
      when: 'a policy has no statements',
      resource: aResource({
        type: 'aws:sqs/queuePolicy:QueuePolicy',
        inputs: { queueUrl: 'q', policy: '{"Version":"2012-10-17"}' },
      }),
      says: 'Statement',
    },
  ])('fails when $when, naming it', ({ resource, says }) => {
    expect(() => graphOf(resource)).toThrow(says);
  });

  it('adds policies that are resources of their own to their role', () => {
    const allowed = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'a:A', Resource: '*' }] };
    const graph = graphOf(
      aResource({
        type: 'aws:iam/role:Role',
        name: 'R',
        inputs: { name: 'r', assumeRolePolicy: { Version: '2012-10-17', Statement: { Effect: 'Allow' } } },
        outputs: { arn: 'arn:aws:iam::111122223333:role/r', name: 'r' },
      }),
      aResource({
        type: 'aws:iam/rolePolicy:RolePolicy',
        name: 'P',
        inputs: { role: 'r', policy: JSON.stringify(allowed) },
      }),
    );
    expect(graph.roles).toEqual([
      {
        name: 'R',
        roleName: 'r',
        arn: 'arn:aws:iam::111122223333:role/r',
        trustPolicy: { Version: '2012-10-17', Statement: [{ Effect: 'Allow' }] },
        policies: [{ name: 'P', document: allowed }],
        managedPolicies: [],
      },
    ]);
  });
});
