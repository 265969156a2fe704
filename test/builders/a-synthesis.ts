import { cpSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withLock } from '#tools/synth/sst/checkout-lock.ts';
import { type SynthOptions, synthesise } from '#tools/synth/synthesise.ts';

const LOCK_WAIT_MS = 5 * 60_000;

/** Synthesises an app and answers a copy of what was written, which no other test writes over. Remove it at the end. */
export async function aSynthesis(options: SynthOptions): Promise<string> {
  const { folder } = await synthesise(options);
  const copy = mkdtempSync(join(tmpdir(), 'synthesis-'));
  const lock = join(options.platformOf ?? options.app, '.sst', 'offline', 'lock');
  await withLock(lock, async () => cpSync(folder, copy, { recursive: true }), { waitMs: LOCK_WAIT_MS });
  return copy;
}
