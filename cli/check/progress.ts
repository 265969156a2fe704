import type { ClusterRef } from '#shared/domain/cluster.ts';
import { clusterArn } from '#shared/domain/cluster.ts';
import type { OutputStream } from '../cli-io.ts';
import { countText, groupDigits } from '../text/count-text.ts';
import { type ProgressLineOptions, startProgressLine } from '../text/progress-line.ts';

export interface ProgressSource {
  readonly clusters: number;
  /** Calls made so far. */
  calls(): number;
  /** Calls a second while AWS holds us back. */
  slowedTo(): number | undefined;
}

/** Shows how far a check is, on stderr. */
export interface Progress {
  listed(cluster: ClusterRef, counts: { readonly listed: number; readonly described: number }): void;
  clusterDone(): void;
  /** Removes what is shown; nothing is shown afterwards. */
  end(): void;
}

/** A line about the clusters, the associations and the calls of a check. */
export function startProgress(
  stream: OutputStream,
  source: ProgressSource,
  options: ProgressLineOptions,
): Progress {
  const counts = new Map<string, { readonly listed: number; readonly described: number }>();
  let done = 0;
  const line = startProgressLine(
    stream,
    () => progressText({ done, counts: [...counts.values()], source }),
    options,
  );
  return {
    listed: (cluster, seen) => counts.set(clusterArn(cluster), seen),
    clusterDone: () => {
      done += 1;
    },
    end: () => line.end(),
  };
}

interface Snapshot {
  readonly done: number;
  readonly counts: readonly { readonly listed: number; readonly described: number }[];
  readonly source: ProgressSource;
}

/** `3 of 12 clusters, 1,200 of 1,400 associations described, 1,290 calls`. */
function progressText({ done, counts, source }: Snapshot): string {
  const listed = counts.reduce((sum, count) => sum + count.listed, 0);
  const described = counts.reduce((sum, count) => sum + count.described, 0);
  const rate = source.slowedTo();
  return [
    `${groupDigits(done)} of ${countText(source.clusters, 'cluster')}`,
    `${groupDigits(described)} of ${countText(listed, 'association')} described`,
    countText(source.calls(), 'call'),
    ...(rate === undefined
      ? []
      : [`AWS slowed us to ${groupDigits(Math.max(1, Math.round(rate)))} a second`]),
  ].join(', ');
}
