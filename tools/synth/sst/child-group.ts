import { type ChildProcess, spawn } from 'node:child_process';

export interface ChildOutcome {
  readonly exitCode: number | null;
  /** Standard output and error together, in the order in which they came. */
  readonly output: string;
  readonly stopped: boolean;
}

export interface ChildOptions {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
  /** Given up after this many milliseconds. */
  readonly timeoutMs: number;
}

const ENDING_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Runs a program in a process group of its own and ends the whole group with it, on every way out: when it exits, when it is
 * stopped or takes too long, and when this process exits or is told to. SST's CLI starts npm, Node and our engine; none of them may
 * outlive us (the engine, which the CLI puts into another group, sees to that itself: `engine/end-with-parent.ts`).
 */
export async function runInGroup(
  program: string,
  args: readonly string[],
  options: ChildOptions,
): Promise<ChildOutcome> {
  options.signal?.throwIfAborted();
  const child = spawn(program, args, {
    cwd: options.cwd,
    env: options.env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let stopped = false;
  const collect = (chunk: Buffer) => {
    output += chunk.toString('utf8');
  };
  child.stdout.on('data', collect);
  child.stderr.on('data', collect);
  const stop = () => {
    stopped = true;
    killGroup(child);
  };
  const timer = setTimeout(stop, options.timeoutMs);
  options.signal?.addEventListener('abort', stop);
  const release = endWithThisProcess(() => killGroup(child));
  try {
    const exitCode = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    return { exitCode, output, stopped };
  } finally {
    killGroup(child);
    clearTimeout(timer);
    options.signal?.removeEventListener('abort', stop);
    release();
  }
}

function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // ESRCH: the whole group is gone already, which is what was wanted.
  }
}

/** Calls `end` when this process exits or gets a signal that ends it; answers how to take that back. */
function endWithThisProcess(end: () => void): () => void {
  const onSignal = (signal: NodeJS.Signals) => {
    end();
    release();
    // Nobody else wants to handle it: let it do what it would have done without us.
    if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
  };
  const release = () => {
    process.off('exit', end);
    for (const signal of ENDING_SIGNALS) process.off(signal, onSignal);
  };
  process.on('exit', end);
  for (const signal of ENDING_SIGNALS) process.on(signal, onSignal);
  return release;
}
