import {
  DescribeCluster$,
  type DescribeClusterRequest,
  type DescribeClusterResponse,
} from '@aws-sdk/client-eks';
import { operation } from '../operation.ts';
import { clusterView } from './cluster-view.ts';
import { clusterArn, existingCluster } from './existing.ts';

/** Everything about one cluster. */
export const describeCluster = operation<DescribeClusterRequest, DescribeClusterResponse>({
  schema: DescribeCluster$,
  mutating: false,
  resource: (call, input) => clusterArn(call, input.name),
  run: (call, input) => ({ cluster: clusterView(call, existingCluster(call, input.name)) }),
});
