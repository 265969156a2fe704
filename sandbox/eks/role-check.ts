import { requestContext } from '#shared/iam/context.ts';
import { evaluateTrustPolicy } from '#shared/iam/trust.ts';
import type { Call } from '../operation.ts';
import type { ClusterState } from './cluster-state.ts';
import { accessDenied, invalidParameter } from './eks-errors.ts';

const POD_IDENTITY_SERVICE = 'pods.eks.amazonaws.com';
/** Both are asked for, also with session tags off (facts §4.1). */
const NEEDED_ACTIONS = ['sts:AssumeRole', 'sts:TagSession'] as const;

/** Which role is to be given to whom. */
export interface RoleUse {
  readonly roleArn: string;
  readonly namespace: string;
  readonly serviceAccount: string;
  readonly disableSessionTags: boolean;
}

/**
 * What EKS checks of a role at Create and Update, and never again: that it is in the cluster's account, exists, and
 * lets EKS assume it and tag the session (facts §1.4). The switch `iamPropagationMs` makes EKS see IAM late.
 */
export function checkAssociationRole(call: Call, cluster: ClusterState, use: RoleUse): void {
  const [, , service, , account, ...resource] = use.roleArn.split(':');
  // An empty ARN is no ARN of this account either, and EKS says exactly so (facts §1.3).
  if (service !== 'iam' || account !== call.account)
    throw accessDenied('Cross-account pass role is not allowed.');
  const roleName = resource.join(':').split('/').at(-1) ?? '';
  const lag = call.world.switches.get().iamPropagationMs;
  const role = call.world.iam(call.account).roleAsOf(roleName, call.now - lag);
  if (!role || role.arn !== use.roleArn)
    throw invalidParameter('Role provided in the request does not exist.');
  if (!trustsPods(call, cluster, use, role.trustPolicy)) {
    throw invalidParameter('Trust policy of the role provided is invalid.');
  }
}

/**
 * Whether the trust policy admits EKS for this service account. How deeply EKS looks at conditions is unknown (facts
 * §1.4): one that fails whatever the pod refuses the role here, one that depends on what only the pod knows does not.
 */
function trustsPods(call: Call, cluster: ClusterState, use: RoleUse, trustPolicy: string): boolean {
  // Which of the two EKS sends is unknown (facts §4.1).
  const sourceArns = [cluster.arn, cluster.associationArn('a-0000000000000000a')];
  return sourceArns.some((sourceArn) => {
    const { answer } = evaluateTrustPolicy(trustPolicy, {
      caller: { kind: 'service', service: POD_IDENTITY_SERVICE },
      actions: NEEDED_ACTIONS,
      context: requestContext({
        known: {
          'aws:SourceAccount': call.account,
          'aws:SourceArn': sourceArn,
          ...sessionTags(cluster, use),
        },
        ...(use.disableSessionTags ? { absent: ['aws:RequestTag/*', 'aws:TagKeys'] } : {}),
        otherwise: 'unknown',
      }),
    });
    return answer === 'admits' || answer === 'unknown';
  });
}

/** The session tags that are the same for every pod of the service account (facts §4.2). */
function sessionTags(cluster: ClusterState, use: RoleUse): Readonly<Record<string, string>> {
  if (use.disableSessionTags) return {};
  return {
    'aws:RequestTag/eks-cluster-arn': cluster.arn,
    'aws:RequestTag/eks-cluster-name': cluster.name,
    'aws:RequestTag/kubernetes-namespace': use.namespace,
    'aws:RequestTag/kubernetes-service-account': use.serviceAccount,
  };
}
