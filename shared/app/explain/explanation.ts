import type { ClusterRef } from '#shared/domain/cluster.ts';
import type { ServiceAccountKey } from '#shared/domain/key.ts';

/** What has to hold for a service account to get its role, in the order in which it is looked at. */
export const LINKS = [
  'manifest',
  'target',
  'role',
  'trust policy',
  'target role',
  'agent',
  'association',
] as const;
export type LinkName = (typeof LINKS)[number];

/** One link of the chain, looked at. */
export interface Link {
  readonly name: LinkName;
  /** `unknown`: could not be told. `skipped`: cannot be looked at while an earlier link is broken. */
  readonly state: 'holds' | 'broken' | 'unknown' | 'skipped';
  /** One sentence for a person. */
  readonly says: string;
  /** What would mend it, when it is broken; what would, if it is, when that is unknown. */
  readonly fix?: Fix;
}

/** How to put a link right, ready to paste. */
export interface Fix {
  /** What to do, in words. */
  readonly what: string;
  /** Lines for the AWS CLI, each as its words: whoever prints them quotes them for a shell. */
  readonly awsCli?: readonly (readonly string[])[];
  /** Terraform resources that say the same. */
  readonly terraform?: string;
  /** A piece of a mapping manifest. */
  readonly manifest?: string;
  /** Whether `rolecall check --repair` would do it. */
  readonly byRepair?: boolean;
}

/** Why a service account gets its role, or does not. */
export interface Explanation {
  readonly cluster: ClusterRef;
  readonly key: ServiceAccountKey;
  /** All of them, in order; the target role only where there is one. */
  readonly links: readonly Link[];
  readonly verdict: ExplainVerdict;
  /** Epoch milliseconds when the association that is there was made; pods older than that have no credentials. */
  readonly associatedAt?: number;
}

export type ExplainVerdict =
  | { readonly kind: 'holds' }
  /** The first link that is broken. */
  | { readonly kind: 'broken'; readonly link: LinkName }
  /** None is known to be broken; the first that could not be told. */
  | { readonly kind: 'unknown'; readonly link: LinkName };

/** The first broken link decides; else the first unknown one. */
export function verdictOf(links: readonly Link[]): ExplainVerdict {
  const broken = links.find(({ state }) => state === 'broken');
  if (broken) return { kind: 'broken', link: broken.name };
  const unknown = links.find(({ state }) => state === 'unknown');
  return unknown ? { kind: 'unknown', link: unknown.name } : { kind: 'holds' };
}
