import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { runInGroup } from './child-group.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'group-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const run = (script: string, more: { signal?: AbortSignal; timeoutMs?: number } = {}) =>
  runInGroup('/bin/sh', ['-c', script], {
    cwd: folder,
    env: { PATH: process.env['PATH'] ?? '' },
    timeoutMs: 10_000,
    ...more,
  });

/** A grandchild that says who it is and would go on for a minute. */
const LINGERING = "sh -c 'echo $$ > pid; exec sleep 60' & while [ ! -s pid ]; do sleep 0.01; done;";

async function grandchildIsGone(): Promise<boolean> {
  const pid = Number(readFileSync(join(folder, 'pid'), 'utf8'));
  for (let tries = 0; tries < 200; tries += 1) {
    // A zombie that nobody collects yet still answers signals; its state tells.
    const state = stateOf(pid);
    if (state === undefined || state === 'Z') return true;
    await new Promise((resolve) => setImmediate(resolve));
  }
  return false;
}

function stateOf(pid: number): string | undefined {
  try {
    return /\) (\w)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1];
  } catch {
    return undefined;
  }
}

it('answers output and exit code', async () => {
  const outcome = await run('echo out; echo err >&2; exit 3');
  expect(outcome.exitCode).toBe(3);
  expect(outcome.output.split('\n').toSorted()).toEqual(['', 'err', 'out']);
});

it('takes time-outs for stops', async () => {
  expect(await run(`${LINGERING} wait`, { timeoutMs: 300 })).toMatchObject({ stopped: true });
  expect(await grandchildIsGone()).toBe(true);
});

it('ends everything when it is stopped', async () => {
  const stop = new AbortController();
  const outcome = run(`${LINGERING} echo ready; wait`, { signal: stop.signal });
  stop.abort();
  // Aborted at once, so possibly before the grandchild was there.
  await expect(outcome).resolves.toMatchObject({ stopped: true, exitCode: null });
});

it('starts nothing once it is stopped', async () => {
  await expect(run('echo never', { signal: AbortSignal.abort() })).rejects.toThrow();
});

it('leaves this process as it found it', async () => {
  const before = process.listenerCount('SIGTERM');
  await run('true');
  expect(process.listenerCount('SIGTERM')).toBe(before);
});
