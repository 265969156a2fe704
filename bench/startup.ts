import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Comparison, figures } from './measure.ts';

const RUNS = 15;
const LAUNCHER = fileURLToPath(new URL('../cli/bin/rolecall.mjs', import.meta.url));

/** `rolecall --help` against an empty script, in turns, each a process of its own. */
export function benchStartup(): Comparison[] {
  const folder = mkdtempSync(join(tmpdir(), 'rolecall-bench-'));
  try {
    const empty = join(folder, 'empty.mjs');
    writeFileSync(empty, '');
    timeProcess([LAUNCHER, '--help']);
    const pairs = Array.from({ length: RUNS }, () => ({
      bare: timeProcess([empty]),
      help: timeProcess([LAUNCHER, '--help']),
    }));
    return [
      {
        what: 'start of rolecall --help',
        measured: 'rolecall --help',
        against: 'an empty Node script',
        ratios: pairs.map(({ bare, help }) => help / bare),
        budget: 5,
        detail: `${figures(
          pairs.map(({ help }) => help),
          'ms',
          0,
        )} against ${figures(
          pairs.map(({ bare }) => bare),
          'ms',
          0,
        )}`,
      },
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function timeProcess(args: readonly string[]): number {
  const start = performance.now();
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${args.join(' ')} failed: ${stderr}`);
  return performance.now() - start;
}
