import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** What a synthesis is made from: the app, what it imports, and the programs that synthesise it. */
const SOURCES = [
  'sst.config.ts',
  'package.json',
  'package-lock.json',
  'events',
  'functions',
  'shared',
  'stacks',
  'tools/synth',
];

/** A digest of all that a synthesis depends on: another one means that what is cached is of no use. */
export function sourceDigest(root: string): string {
  const hash = createHash('sha256');
  for (const path of SOURCES.flatMap((source) => filesOf(root, source))) {
    hash.update(`${path}\0`);
    hash.update(readFileSync(join(root, path)));
  }
  return hash.digest('hex');
}

/** Relative paths of the files below a path, in one order everywhere; tests are no part of what is deployed. */
function filesOf(root: string, path: string): readonly string[] {
  if (statSync(join(root, path)).isFile()) return path.endsWith('.test.ts') ? [] : [path];
  return readdirSync(join(root, path))
    .sort()
    .flatMap((name) => filesOf(root, `${path}/${name}`));
}
