import type { ClusterRef } from '#shared/domain/cluster.ts';
import { clusterArn } from '#shared/domain/cluster.ts';
import type { OutputStream } from '../cli-io.ts';
import { countText, groupDigits } from '../text/count-text.ts';
import type { Glyphs } from '../text/style.ts';

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

const REDRAW_MS = 100;
/** Where there is no terminal, only long work is worth a line. */
const LINE_MS = 10_000;

/** A line that renews itself on a terminal; elsewhere a plain line every ten seconds; nothing when quiet. */
export function startProgress(
  stream: OutputStream,
  source: ProgressSource,
  options: { readonly quiet: boolean; readonly glyphs: Glyphs },
): Progress {
  const counts = new Map<string, { readonly listed: number; readonly described: number }>();
  let done = 0;
  let frame = 0;
  let drawn = false;
  const draw = () => {
    const text = progressText({ done, counts: [...counts.values()], source });
    if (!stream.isTTY) {
      stream.write(`${text}\n`);
      return;
    }
    const spinner = options.glyphs.spinner[frame % options.glyphs.spinner.length] ?? '';
    frame += 1;
    drawn = true;
    stream.write(`\r\u001b[K${`${spinner} ${text}`.slice(0, (stream.columns ?? 80) - 1)}`);
  };
  const timer = options.quiet ? undefined : setInterval(draw, stream.isTTY ? REDRAW_MS : LINE_MS);
  return {
    listed: (cluster, seen) => counts.set(clusterArn(cluster), seen),
    clusterDone: () => {
      done += 1;
    },
    end() {
      clearInterval(timer);
      if (drawn) stream.write('\r\u001b[K');
      drawn = false;
    },
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
