import type { ScaleProgress } from '#test/scale/scale-run.ts';

/** A line at least so often where nothing can be written over. */
const LINE_EVERY_MS = 10_000;

/** Shows how far a run is: in one line that is written over on a terminal, in a line every ten seconds elsewhere. */
export function scaleProgress(out: NodeJS.WriteStream, events: number) {
  const began = performance.now();
  let changingSince: number | undefined;
  let written = Number.NEGATIVE_INFINITY;
  let open = false;
  const close = () => {
    if (open) out.write('\n');
    open = false;
  };
  return {
    say(line: string): void {
      close();
      out.write(`${line}\n`);
    },
    show(progress: ScaleProgress): void {
      const now = performance.now();
      if (progress.phase !== 'enrolling') changingSince ??= now;
      if (now - written < (out.isTTY ? 200 : LINE_EVERY_MS)) return;
      written = now;
      const left = changingSince === undefined ? undefined : leftMs(progress, events, now - changingSince);
      const line = lineOf(progress, events, now - began, left);
      out.write(out.isTTY ? `\r\x1b[2K${line}` : `${line}\n`);
      open = out.isTTY;
    },
    end: close,
  };
}

function lineOf(
  { phase, delivered, repaired, wrong, queued, playedMs }: ScaleProgress,
  events: number,
  elapsedMs: number,
  left: number | undefined,
): string {
  return [
    phase,
    ...(wrong === undefined ? [`${delivered} of ${events} events`] : [`${wrong} keys to go`]),
    `${repaired} repaired`,
    `${queued} queued`,
    `${clock(elapsedMs)} elapsed (${clock(playedMs)} played)`,
    ...(left === undefined ? [] : [`about ${clock(left)} to go`]),
  ].join(' · ');
}

/** From the speed so far; nothing before there is one. */
function leftMs({ delivered }: ScaleProgress, events: number, elapsedMs: number): number | undefined {
  if (delivered === 0) return undefined;
  return Math.max(0, (elapsedMs / delivered) * (events - delivered));
}

/** `1:02:03`, or `2:03`. */
function clock(ms: number): string {
  const seconds = Math.round(ms / 1000);
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const two = (value: number) => String(value).padStart(2, '0');
  const rest = two(seconds % 60);
  return hours > 0 ? `${hours}:${two(minutes)}:${rest}` : `${minutes}:${rest}`;
}
