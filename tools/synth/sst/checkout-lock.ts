import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { SynthError } from '../synth-error.ts';

const POLL_MS = 200;

/**
 * Holds a lock file while the work lasts: SST's CLI keeps one set of artefacts in a checkout, so two at once would spoil each
 * other's. A lock whose holder is no longer running is taken over. Waits for at most `waitMs`.
 */
export async function withLock<T>(
  file: string,
  work: () => Promise<T>,
  {
    waitMs,
    onWait,
    signal,
  }: { waitMs: number; onWait?: (() => void) | undefined; signal?: AbortSignal | undefined },
): Promise<T> {
  const givesUpAt = performance.now() + waitMs;
  mkdirSync(dirname(file), { recursive: true });
  let waiting = false;
  while (!take(file)) {
    signal?.throwIfAborted();
    if (performance.now() > givesUpAt) {
      throw new SynthError(
        'synth.locked',
        `process ${holderOf(file)} holds ${file}; end it, or delete the file if it is not ours`,
      );
    }
    if (!waiting) onWait?.();
    waiting = true;
    await wait(POLL_MS);
  }
  const letGo = () => rmSync(file, { force: true });
  process.on('exit', letGo);
  try {
    return await work();
  } finally {
    process.off('exit', letGo);
    letGo();
  }
}

function take(file: string): boolean {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    dropIfStale(file);
    return false;
  }
}

function dropIfStale(file: string): void {
  const holder = holderOf(file);
  if (holder === undefined || isRunning(holder)) return;
  const aside = `${file}.stale-${process.pid}`;
  try {
    // Of several that notice, only one can move it.
    renameSync(file, aside);
    rmSync(aside, { force: true });
  } catch {
    // Somebody else was faster.
  }
}

/** The process that holds the lock; nothing if it is being written or let go of right now. */
function holderOf(file: string): number | undefined {
  try {
    const pid = Number(readFileSync(file, 'utf8'));
    return Number.isInteger(pid) && pid > 0 ? pid : undefined;
  } catch {
    return undefined;
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
