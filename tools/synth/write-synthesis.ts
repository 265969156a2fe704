import { copyFileSync, mkdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildGraph, type ZipOf } from './build-graph.ts';
import type { Recording } from './engine/recorded.ts';
import type { Graph } from './graph.ts';
import { SynthError } from './synth-error.ts';

export interface WrittenSynthesis {
  readonly graph: Graph;
  /** Holds `graph.json`, `recorded.json` and `zips/`. */
  readonly folder: string;
  /** Deploy zips, as absolute paths, by the function's logical name. */
  readonly zips: ReadonlyMap<string, string>;
}

/**
 * Writes graph, recording and zips of a stage to `.sst/offline/<stage>`, in one move: a reader never sees half of it, and what an
 * earlier synthesis left stays until this one is whole.
 */
export function writeSynthesis(app: string, recording: Recording, sst: string): WrittenSynthesis {
  const folder = join(app, '.sst', 'offline', recording.stage);
  const next = `${folder}.next`;
  rmSync(next, { recursive: true, force: true });
  mkdirSync(join(next, 'zips'), { recursive: true });
  const archives = archivesOf(recording);
  const zips = new Map<string, string>();
  const zipOf: ZipOf = (key, name) => {
    const archive = archives.get(key);
    if (archive === undefined) {
      throw new SynthError('synth.notInFormat', `function ${name}: no resource uploads its zip, ${key}`);
    }
    const zip = `zips/${name}.zip`;
    copyFileSync(archive, join(next, zip));
    zips.set(name, join(folder, zip));
    return { zip, zipBytes: statSync(archive).size };
  };
  const graph = buildGraph(recording, sst, zipOf);
  writeFileSync(join(next, 'graph.json'), `${JSON.stringify(graph, null, 1)}\n`);
  writeFileSync(join(next, 'recorded.json'), `${JSON.stringify(recording, null, 1)}\n`);
  rmSync(folder, { recursive: true, force: true });
  renameSync(next, folder);
  return { graph, folder, zips };
}

/** The files that would be uploaded, by key. */
function archivesOf({ resources }: Recording): Map<string, string> {
  const archives = new Map<string, string>();
  for (const { type, inputs } of resources) {
    if (type !== 'aws:s3/bucketObjectv2:BucketObjectv2') continue;
    const { key, source } = inputs as { key: string; source: { $file: string } };
    archives.set(key, source.$file);
  }
  return archives;
}
