import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { withLock } from './checkout-lock.ts';

let file: string;
beforeEach(() => {
  file = join(mkdtempSync(join(tmpdir(), 'lock-')), 'deep', 'lock');
});
afterEach(() => rmSync(join(file, '..', '..'), { recursive: true }));

/** A process that has ended: its number is nobody's for now. */
const aDeadProcess = () => spawnSync(process.execPath, ['-e', '']).pid;

it('lets one work at a time, and the other wait', async () => {
  const order: string[] = [];
  let finishFirst = () => {};
  const first = withLock(
    file,
    () =>
      new Promise<void>((resolve) => {
        order.push('first begins');
        finishFirst = () => {
          order.push('first ends');
          resolve();
        };
      }),
    { waitMs: 5000 },
  );
  const second = withLock(file, async () => void order.push('second'), {
    waitMs: 5000,
    onWait: () => finishFirst(),
  });
  await Promise.all([first, second]);
  expect(order).toEqual(['first begins', 'first ends', 'second']);
});

it('lets go after a failure', async () => {
  await expect(withLock(file, () => Promise.reject(new Error('no')), { waitMs: 0 })).rejects.toThrow('no');
  expect(existsSync(file)).toBe(false);
});

it('takes over from a process that is gone', async () => {
  await withLock(file, async () => {}, { waitMs: 0 });
  writeFileSync(file, String(aDeadProcess()));
  expect(await withLock(file, async () => 'mine', { waitMs: 5000 })).toBe('mine');
});

it('names the process that holds it when it gives up', async () => {
  await withLock(
    file,
    async () => {
      await expect(withLock(file, async () => {}, { waitMs: 0 })).rejects.toThrow(
        `process ${process.pid} holds`,
      );
    },
    { waitMs: 0 },
  );
});
