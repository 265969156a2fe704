import type { SeedDocument, SeedTrust } from './seed-schema.ts';

/** The JSON text of a document that a seed holds; a text stays as it is, white space included. */
export function documentText(document: SeedDocument): string {
  return typeof document === 'string' ? document : JSON.stringify(document);
}

const VERSION = '2012-10-17';
const ASSUME_AND_TAG = ['sts:AssumeRole', 'sts:TagSession'];

/** The trust policy that a shorthand stands for. */
export function trustText(trust: SeedTrust, account: string): string {
  if (trust === 'pods.eks') return podsTrust(undefined);
  if (typeof trust === 'string') return trust;
  if (isPinned(trust)) return podsTrust(conditionOf(trust['pods.eks'], account));
  if (isChained(trust)) return chainedTrust(trust);
  return JSON.stringify(trust);
}

type Pinned = Extract<SeedTrust, { readonly 'pods.eks': unknown }>;
type Chained = Extract<SeedTrust, { readonly chainedFrom: unknown }>;

function isPinned(trust: Exclude<SeedTrust, string>): trust is Pinned {
  return 'pods.eks' in trust;
}

function isChained(trust: Exclude<SeedTrust, string>): trust is Chained {
  return 'chainedFrom' in trust;
}

/** Facts §4.1. */
function podsTrust(condition: object | undefined): string {
  return JSON.stringify({
    Version: VERSION,
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: 'pods.eks.amazonaws.com' },
        Action: ASSUME_AND_TAG,
        ...(condition && { Condition: condition }),
      },
    ],
  });
}

function conditionOf(pin: Pinned['pods.eks'], account: string): object {
  return {
    StringEquals: {
      'aws:SourceAccount': account,
      ...(pin.clusters && { 'aws:RequestTag/eks-cluster-arn': pin.clusters }),
      ...(pin.namespace && { 'aws:RequestTag/kubernetes-namespace': pin.namespace }),
      ...(pin.serviceAccount && { 'aws:RequestTag/kubernetes-service-account': pin.serviceAccount }),
    },
  };
}

/** A target role: trusts the first role through its account, which survives that the role is made again (facts §4.3). */
function chainedTrust({ chainedFrom, externalId }: Chained): string {
  const roles = typeof chainedFrom === 'string' ? [chainedFrom] : chainedFrom;
  const accounts = [...new Set(roles.map((arn) => arn.split(':')[4] ?? ''))];
  const base = {
    Effect: 'Allow',
    Principal: { AWS: accounts.map((account) => `arn:aws:iam::${account}:root`) },
  };
  const callers = { ArnEquals: { 'aws:PrincipalArn': roles } };
  return JSON.stringify({
    Version: VERSION,
    Statement: [
      {
        ...base,
        Action: 'sts:AssumeRole',
        Condition: {
          ...callers,
          ...(externalId !== undefined && { StringEquals: { 'sts:ExternalId': externalId } }),
        },
      },
      { ...base, Action: 'sts:TagSession', Condition: callers },
    ],
  });
}
