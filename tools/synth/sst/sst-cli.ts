import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { SynthError } from '../synth-error.ts';

export interface SstCli {
  readonly version: string;
  /** The Go program itself. */
  readonly program: string;
}

/** Finds the SST CLI of this package's dependencies. */
export function findSstCli(): SstCli {
  if (process.platform === 'win32') {
    throw new SynthError(
      'synth.unsupported',
      'the app can be synthesised on Linux and macOS only; on Windows, use WSL',
    );
  }
  const name = `sst-${process.platform}-${process.arch}`;
  const manifest = installed('sst', 'package.json');
  const program = installed(name, 'bin', 'sst');
  if (manifest === undefined || program === undefined) {
    throw new SynthError(
      'synth.unsupported',
      `the SST CLI is not installed for ${process.platform} ${process.arch}: the npm package ${name} is missing; run npm ci`,
    );
  }
  const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string };
  return { version, program };
}

/** A file of an installed package. Packages may refuse to have their files resolved by name, so the folders are searched. */
function installed(name: string, ...path: readonly string[]): string | undefined {
  const folders = createRequire(import.meta.url).resolve.paths(name) ?? [];
  return folders.map((folder) => join(folder, name, ...path)).find((file) => existsSync(file));
}
