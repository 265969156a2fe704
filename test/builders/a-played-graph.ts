import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import { onTestFinished } from 'vitest';
import { type PlayedGraph, type PlayOptions, playGraph } from '#sandbox/play/play-graph.ts';
import { type Graph, readGraph } from '#tools/synth/graph.ts';
import { aFolder } from './a-cloud.ts';
import { aWorld } from './sandbox-call.ts';

export interface PlayChanges extends Partial<Omit<PlayOptions, 'graphFile'>> {
  /** Changes the graph before it is played. */
  readonly plant?: (graph: Graph) => void;
  /** Sources of modules that export `handler`, in place of the functions' own, by logical name. */
  readonly handlers?: Readonly<Record<string, string>>;
}

/** Plays a synthesis in a world whose clock stands still at noon; ends with the test. */
export async function aPlayedGraph(folder: string, changes: PlayChanges = {}): Promise<PlayedGraph> {
  const { plant, handlers = {}, ...options } = changes;
  const own = join(aFolder(), 'play');
  cpSync(folder, own, { recursive: true });
  const graphFile = join(own, 'graph.json');
  const graph = readGraph(readFileSync(graphFile, 'utf8'));
  plant?.(graph);
  writeFileSync(graphFile, JSON.stringify(graph));
  for (const [name, source] of Object.entries(handlers)) {
    writeFileSync(
      join(own, 'zips', `${name}.zip`),
      zipSync({ 'bundle.mjs': new TextEncoder().encode(source) }),
    );
  }
  const played = await playGraph({ world: aWorld(), dataDir: join(own, 'data'), ...options, graphFile });
  onTestFinished(() => played.stop());
  return played;
}

/** The entry of a list with this logical name. */
export function named<T extends { readonly name: string }>(list: readonly T[], name: string): T {
  const found = list.find((entry) => entry.name === name);
  if (!found) throw new Error(`the graph has no ${name}`);
  return found;
}
