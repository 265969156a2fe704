import type { VerifyOptions } from './options.ts';

/** The service account of the scenario; nothing on the cluster has to bear that name. */
export const KEY = { namespace: 'rolecall-verify', serviceAccount: 'smoke' } as const;
/** Nobody wishes for this one: Rolecall leaves it alone, and the questions to EKS are put to it. */
export const PROBE = { namespace: 'rolecall-verify', serviceAccount: 'probe' } as const;

/** Under this path, so that the spoke may pass these roles and no others. */
export const ROLE_PATH = '/rolecall-verify/';
const PODS = { Service: 'pods.eks.amazonaws.com' };
const ACTION = ['sts:AssumeRole', 'sts:TagSession'];

export interface Names {
  readonly clusterArn: string;
  /** Begins the name of every role that a run makes, and of none that the stage itself deploys. */
  readonly rolePrefix: string;
  readonly rightRole: string;
  readonly wrongRole: string;
  /** Role names with their trust policies; none of them may do anything. */
  readonly roles: Readonly<Record<string, object>>;
  readonly spokeStack: string;
  readonly clusterRole: string;
}

/** Everything that a run makes, by name: so that it can be removed also by hand. */
export function namesOf({ stage, account, region, cluster }: VerifyOptions): Names {
  const rolePrefix = `rolecall-${stage}-trial-`;
  const role = (what: string) => `${rolePrefix}${what}`;
  const arn = (what: string) => `arn:aws:iam::${account}:role${ROLE_PATH}${role(what)}`;
  const clusterArn = `arn:aws:eks:${region}:${account}:cluster/${cluster}`;
  const associations = `arn:aws:eks:${region}:${account}:podidentityassociation/${cluster}/*`;
  return {
    clusterArn,
    rolePrefix,
    rightRole: arn('right'),
    wrongRole: arn('wrong'),
    roles: {
      [role('right')]: trust(),
      [role('wrong')]: trust(),
      [role('source-cluster')]: trust(clusterArn),
      [role('source-association')]: trust(associations),
    },
    spokeStack: `rolecall-${stage}-spoke`,
    clusterRole: role('cluster'),
  };
}

function trust(sourceArn?: string): object {
  const Condition = sourceArn === undefined ? {} : { Condition: { ArnLike: { 'aws:SourceArn': sourceArn } } };
  const statement = { Effect: 'Allow', Principal: PODS, Action: ACTION, ...Condition };
  return { Version: '2012-10-17', Statement: [statement] };
}
