import { type Cluster, DescribeClusterCommand, ListClustersCommand } from '@aws-sdk/client-eks';
import { type ClusterRef, type ClusterStatus, clusterArn } from '#shared/domain/cluster.ts';
import type { Clusters, DescribedCluster, Place } from '#shared/ports/clusters.ts';
import type { CallOptions } from '#shared/ports/pod-identity.ts';
import { epochMs, required } from './answer-fields.ts';
import { type CallName, expectOutput } from './call-aws.ts';
import type { EksCalls } from './eks-calls.ts';
import { malformedAnswer } from './malformed-answer.ts';
import { followPages } from './pages.ts';

/** Finds and describes clusters in EKS. */
export class EksClusters implements Clusters {
  readonly #calls: EksCalls;

  constructor(calls: EksCalls) {
    this.#calls = calls;
  }

  list(place: Place, options?: CallOptions): AsyncIterable<readonly string[]> {
    const name = { operation: 'eks:ListClusters', subject: () => `${place.account}, ${place.region}` };
    return followPages(name, async (nextToken) => {
      const answer = await this.#calls.call(
        place,
        name,
        (client, send) =>
          client.send(new ListClustersCommand(nextToken === undefined ? {} : { nextToken }), send),
        options,
      );
      const output = expectOutput(answer);
      if (!output.clusters) throw malformedAnswer(name, 'clusters is missing');
      return { items: output.clusters, nextToken: output.nextToken };
    });
  }

  async describe(cluster: ClusterRef, options?: CallOptions): Promise<DescribedCluster | undefined> {
    const name = { operation: 'eks:DescribeCluster', subject: () => cluster.name };
    const answer = await this.#calls.call(
      cluster,
      name,
      (client, send) => client.send(new DescribeClusterCommand({ name: cluster.name }), send),
      options,
    );
    const missing = answer.kind === 'refused' && answer.refusal.kind;
    if (missing === 'clusterNotFound' || missing === 'notFound') return undefined;
    return toDescribedCluster(expectOutput(answer).cluster, cluster, name);
  }
}

function toDescribedCluster(
  answer: Cluster | undefined,
  cluster: ClusterRef,
  name: CallName,
): DescribedCluster {
  if (!answer) throw malformedAnswer(name, 'cluster is missing');
  const arn = required(answer.arn, 'arn', name);
  if (arn !== clusterArn(cluster)) throw malformedAnswer(name, `the answer is about ${arn}`);
  return {
    partition: cluster.partition,
    account: cluster.account,
    region: cluster.region,
    name: cluster.name,
    arn,
    createdAt: epochMs(answer.createdAt, 'createdAt', name),
    status: toStatus(required(answer.status, 'status', name)),
    tags: answer.tags ?? {},
    autoMode: answer.computeConfig?.enabled ?? false,
    ...(answer.version ? { version: answer.version } : {}),
    ...(answer.platformVersion ? { platformVersion: answer.platformVersion } : {}),
  };
}

/** Facts §3.1. A state that this version has not met is not taken for one that it has. */
function toStatus(status: string): ClusterStatus {
  switch (status) {
    case 'CREATING':
    case 'ACTIVE':
    case 'DELETING':
    case 'FAILED':
    case 'UPDATING':
    case 'PENDING':
      return status;
    default:
      return 'UNKNOWN';
  }
}
