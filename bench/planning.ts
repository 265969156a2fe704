import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type Comparison, figures } from './measure.ts';

const RUNS = 3;
const BUDGET_SECONDS = 2;
const BUDGET_BYTES = 1024 ** 3;

/** Planning a million keys: at most 2 s and 1 GB, every decision that is not `converged` kept in memory. */
export function benchPlanning(): Comparison[] {
  const runs = Array.from({ length: RUNS }, planAMillion);
  const seconds = runs.map((run) => run.seconds);
  const gigabytes = runs.map((run) => run.peakBytes / BUDGET_BYTES);
  return [
    {
      what: 'planning 1,000,000 keys: time',
      measured: 'planKey',
      against: `${BUDGET_SECONDS} s`,
      ratios: seconds.map((value) => value / BUDGET_SECONDS),
      budget: 1,
      detail: figures(seconds, 's'),
    },
    {
      what: 'planning 1,000,000 keys: memory',
      measured: 'resident peak',
      against: '1 GB',
      ratios: gigabytes,
      budget: 1,
      detail: figures(gigabytes, 'GB'),
    },
  ];
}

function planAMillion(): { seconds: number; peakBytes: number } {
  const child = fileURLToPath(new URL('planning-child.ts', import.meta.url));
  const { stdout, stderr, status } = spawnSync(process.execPath, [child], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`planning failed: ${stderr}`);
  return JSON.parse(stdout) as { seconds: number; peakBytes: number };
}
