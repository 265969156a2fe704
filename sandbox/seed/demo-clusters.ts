/** A cluster of the demo fleet. */
export interface DemoCluster {
  readonly account: string;
  readonly region: string;
  readonly name: string;
  readonly env: 'prod' | 'stage' | 'lab';
  readonly tier: 'critical' | 'standard';
  /** What it runs. */
  readonly product: 'pay' | 'shop' | 'lab' | 'platform' | 'data';
  /** Clusters of another set share no mappings with these. */
  readonly clusterSet: 'default' | 'data';
}

export const PAYMENTS = '111122223333';
export const PLATFORM = '444455556666';
export const DATA = '777788889999';

/** Twelve clusters in three accounts and two regions. */
export const DEMO_CLUSTERS: readonly DemoCluster[] = [
  cluster(PAYMENTS, 'eu-west-1', 'pay-prod-euw1', 'prod', 'critical', 'pay'),
  cluster(PAYMENTS, 'us-east-1', 'pay-prod-use1', 'prod', 'critical', 'pay'),
  cluster(PAYMENTS, 'eu-west-1', 'shop-prod-euw1', 'prod', 'standard', 'shop'),
  cluster(PAYMENTS, 'us-east-1', 'shop-prod-use1', 'prod', 'standard', 'shop'),
  cluster(PLATFORM, 'eu-west-1', 'pay-stage-euw1', 'stage', 'critical', 'pay'),
  cluster(PLATFORM, 'eu-west-1', 'shop-stage-euw1', 'stage', 'standard', 'shop'),
  cluster(PLATFORM, 'us-east-1', 'shop-stage-use1', 'stage', 'standard', 'shop'),
  cluster(PLATFORM, 'eu-west-1', 'lab-euw1', 'lab', 'standard', 'lab'),
  cluster(PLATFORM, 'eu-west-1', 'platform-euw1', 'prod', 'critical', 'platform'),
  cluster(DATA, 'eu-west-1', 'data-prod-euw1', 'prod', 'standard', 'data'),
  cluster(DATA, 'us-east-1', 'data-prod-use1', 'prod', 'standard', 'data'),
  cluster(DATA, 'eu-west-1', 'data-stage-euw1', 'stage', 'standard', 'data'),
];

/** `account/region/name`, as seeds name clusters. */
export function clusterPath({ account, region, name }: DemoCluster): string {
  return `${account}/${region}/${name}`;
}

function cluster(
  account: string,
  region: string,
  name: string,
  env: DemoCluster['env'],
  tier: DemoCluster['tier'],
  product: DemoCluster['product'],
): DemoCluster {
  return { account, region, name, env, tier, product, clusterSet: product === 'data' ? 'data' : 'default' };
}
