import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ENGINE = fileURLToPath(new URL('../engine/main.ts', import.meta.url));

/** Puts our engine where SST's CLI looks for the `pulumi` program: in `sst/bin` of its config home. */
export function writeEngineLauncher(configHome: string): void {
  const bin = join(configHome, 'sst', 'bin');
  const launcher = join(bin, 'pulumi');
  mkdirSync(bin, { recursive: true });
  writeFileSync(launcher, `#!/bin/sh\nexec ${quoted(process.execPath)} ${quoted(ENGINE)} "$@"\n`);
  chmodSync(launcher, 0o755);
}

function quoted(path: string): string {
  return `'${path.replaceAll("'", "'\\''")}'`;
}
