import type { ClusterChoice } from './cluster-selector.ts';
import type { MappingKey } from './key.ts';
import type { Mode } from './mode.ts';
import type { PolicyDocumentText } from './policy-text.ts';

/** What to do on the day after `expires`. */
export type OnExpiry = 'report' | 'retire';

/** What some clusters should have for a mapping's key, with every default filled in. */
export interface Target {
  readonly clusters: ClusterChoice;
  /** May hold variables: see `readRoleTemplate`. */
  readonly roleArn: string;
  /** May hold variables. In any account, where `roleArn` must be in the cluster's own. */
  readonly targetRoleArn?: string;
  readonly disableSessionTags: boolean;
  /** Session policy, minified. */
  readonly policy?: PolicyDocumentText;
  /** The managed tag keys with their wanted values. */
  readonly tags: Readonly<Record<string, string>>;
  /** Whether an association that somebody else made may be changed and made ours. */
  readonly takeover: boolean;
}

/** The wish for one service account in every cluster of one cluster set. */
export interface Mapping {
  readonly key: MappingKey;
  readonly team: string;
  readonly mode: Mode;
  /** Tried in order; the first whose clusters include a cluster is the one for it. */
  readonly targets: readonly [Target, ...Target[]];
  /** YYYY-MM-DD, the last day (UTC) on which the mapping stands. */
  readonly expires?: string;
  readonly onExpiry: OnExpiry;
  /** Where it was written down, when it comes from a file. */
  readonly source?: MappingSource;
}

export interface MappingSource {
  readonly file: string;
  /** Counted from 1: the first line of the YAML document's content. */
  readonly line: number;
}

/** Whether the last day of the mapping is over. `today` is YYYY-MM-DD, UTC. */
export function isExpired(mapping: Pick<Mapping, 'expires'>, today: string): boolean {
  // ISO dates sort as text.
  return mapping.expires !== undefined && today > mapping.expires;
}
