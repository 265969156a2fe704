/** One life of a cluster: made again under the same name, it has the same ARN and another creation time. */
export interface Incarnation {
  readonly clusterArn: string;
  /** Epoch milliseconds. */
  readonly clusterCreatedAt: number;
}
