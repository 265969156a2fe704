/**
 * Starts functions as Lambda does, in turns with an empty one, and prints how long each took as JSON: `StartPair[][]`, by function. In
 * a process of its own, since starting another takes the longer the larger the one is that does it, and would hide the difference.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** What is to be started, and how often. */
export interface StartsOrder {
  /** For files of its own. */
  readonly folder: string;
  readonly rounds: number;
  readonly functions: readonly StartOrder[];
}

export interface StartOrder {
  /** The file that exports `handler`. */
  readonly module: string;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Both started once, one right after the other; from the start of the process until it says that it is ready, in milliseconds. */
export interface StartPair {
  readonly bare: number;
  readonly deployed: number;
}

/**
 * What Lambda's runtime does: import the module, take its handler. Plain JavaScript, since a bare Node that had to strip types would be
 * a bare one no more.
 */
const LAUNCHER = `import { writeSync } from 'node:fs';
const { handler } = await import(process.argv[2]);
if (typeof handler !== 'function') throw new Error('no handler');
writeSync(1, 'ready');
process.exit(0);
`;
const BARE_HANDLER = 'export const handler = async () => undefined;\n';

const { folder, rounds, functions } = JSON.parse(process.argv[2] ?? '') as StartsOrder;
const launcher = join(folder, 'launcher.mjs');
const bareModule = join(folder, 'bare.mjs');
writeFileSync(launcher, LAUNCHER);
writeFileSync(bareModule, BARE_HANDLER);

const pairs: StartPair[][] = functions.map(() => []);
// The first round fills the caches of the disk.
for (let round = 0; round <= rounds; round += 1) {
  for (const [index, order] of functions.entries()) {
    const pair = await startBoth(order, round % 2 === 0);
    if (round > 0) pairs[index]?.push(pair);
  }
}
process.stdout.write(JSON.stringify(pairs));

async function startBoth(order: StartOrder, isBareFirst: boolean): Promise<StartPair> {
  const first = isBareFirst ? await start({ ...order, module: bareModule }) : undefined;
  const deployed = await start(order);
  return { bare: first ?? (await start({ ...order, module: bareModule })), deployed };
}

async function start({ module, cwd, env }: StartOrder): Promise<number> {
  const began = performance.now();
  const child = spawn(process.execPath, [launcher, pathToFileURL(module).href], {
    cwd,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exit = once(child, 'exit');
  let ready: number | undefined;
  child.stdout.once('data', () => {
    ready = performance.now() - began;
  });
  const [code] = (await exit) as [number | null];
  if (code !== 0 || ready === undefined) throw new Error(`${module} does not start`);
  return ready;
}
