import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { OnProgress } from '../synth/progress.ts';
import { withLock } from '../synth/sst/checkout-lock.ts';
import { synthesise } from '../synth/synthesise.ts';
import { sourceDigest } from './source-digest.ts';

export interface SynthesisedOptions {
  /** The folder of `sst.config.ts`. */
  readonly root: string;
  readonly stage: string;
  readonly onProgress: OnProgress;
  readonly signal: AbortSignal;
}

export interface Synthesised {
  /** Holds `graph.json` and the zips. */
  readonly folder: string;
  /** Nothing that it is made from has changed since the last time. */
  readonly cached: boolean;
}

const LOCK_WAIT_MS = 60_000;

/**
 * The synthesis of a stage: made by SST's CLI, which takes some ten seconds, or taken from the last time when no source
 * has changed. What is answered is a copy of its own, which no other synthesis writes over.
 */
export async function synthesised({
  root,
  stage,
  onProgress,
  signal,
}: SynthesisedOptions): Promise<Synthesised> {
  const cache = join(root, '.rolecall', 'synthesis', stage);
  const digestFile = join(cache, 'sources.sha256');
  const digest = sourceDigest(root);
  if (existsSync(digestFile) && readFileSync(digestFile, 'utf8') === digest) {
    return { folder: cache, cached: true };
  }
  const { folder } = await synthesise({ app: root, stage, onProgress, signal });
  const lock = join(root, '.sst', 'offline', 'lock');
  await withLock(
    lock,
    async () => {
      rmSync(cache, { recursive: true, force: true });
      mkdirSync(cache, { recursive: true });
      cpSync(folder, cache, { recursive: true });
      // Last: what was copied only in part is never taken for whole.
      writeFileSync(digestFile, digest);
    },
    { waitMs: LOCK_WAIT_MS, signal },
  );
  return { folder: cache, cached: false };
}
