import type { ClusterHint } from '#shared/domain/hint.ts';
import { type InboundKind, unreadable } from '../inbound-kind.ts';
import { withoutAbsent } from '../read/json.ts';
import { clusterName, eksArn, readFields, roleArn, time } from '../read/schema.ts';
import { clusterOf } from './cluster-ref.ts';

/** What events about a cluster have in common. AWS's sample of 2018 has `clusterName` where there is `name` today (facts §5.2). */
const SCHEMA = {
  arn: eksArn('response.cluster.arn', 'response.cluster.clusterArn', 'response.arn', 'resources'),
  cluster: clusterName(
    'response.cluster.name',
    'response.cluster.clusterName',
    'response.name',
    'response.clusterName',
    'request.name',
    'request.clusterName',
  ),
  clusterCreatedAt: time('response.cluster.createdAt', 'response.createdAt'),
  roleArn: roleArn('response.cluster.roleArn', 'request.roleArn'),
};

/** A kind of event about a cluster itself. */
export function clusterEvent(name: string, change: ClusterHint['change'], reaction: string): InboundKind {
  return {
    source: 'aws.eks',
    name,
    via: 'cloudtrail',
    schema: SCHEMA,
    reaction,
    evidence: name === 'CreateCluster' ? 'O' : 'I',
    parse: (record) => {
      const { arn, cluster: called, ...set } = readFields(record, SCHEMA);
      const cluster = clusterOf(record, arn, called);
      if (cluster === undefined) return unreadable(`${name} names no cluster`);
      return { lookAt: { kind: 'cluster', cluster, change }, evidence: withoutAbsent(set) };
    },
  };
}
