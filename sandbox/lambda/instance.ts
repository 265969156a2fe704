import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { FunctionErrorReport, InvokeMessage, WorkerMessage, WorkerStart } from './worker-messages.ts';

/** How an invocation ended inside its environment. */
export type InstanceOutcome =
  | { readonly kind: 'result'; readonly payload: string }
  | { readonly kind: 'error'; readonly error: FunctionErrorReport }
  /** The environment is gone. */
  | { readonly kind: 'exited'; readonly error: FunctionErrorReport }
  | { readonly kind: 'timedOut' };

export interface InstanceOptions {
  readonly start: WorkerStart;
  readonly environment: Readonly<Record<string, string>>;
  readonly memoryMb: number;
  log(text: string): void;
}

/** Lambda gives a function this long to load. */
const INIT_TIMEOUT_MS = 10_000;
/** Left to itself V8 lets the young objects of each thread take up to 96 MB, and seldom gives them back. */
const YOUNG_MB = 12;

/** One execution environment: a worker thread with the function loaded. It does one invocation at a time. */
export class Instance {
  /** Whether its thread has ended, or is about to. */
  dead = false;
  private readonly worker: Worker;
  private readonly loaded: Promise<FunctionErrorReport | undefined>;
  private settle: ((outcome: InstanceOutcome) => void) | undefined;
  private failure: FunctionErrorReport | undefined;

  constructor(options: InstanceOptions) {
    this.worker = new Worker(workerFile(), {
      workerData: options.start,
      env: { ...options.environment },
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: options.memoryMb, maxYoungGenerationSizeMb: YOUNG_MB },
    });
    this.loaded = new Promise((resolve) => {
      const timer = setTimeout(() => {
        resolve({
          errorType: 'Sandbox.Timedout',
          errorMessage: `Init timed out after ${INIT_TIMEOUT_MS} ms`,
        });
        this.terminate();
      }, INIT_TIMEOUT_MS);
      const end = (error?: FunctionErrorReport) => {
        clearTimeout(timer);
        resolve(error);
      };
      this.worker.on('message', (message: WorkerMessage) => this.receive(message, options.log, end));
      this.worker.on('error', (error) => this.fail(reportOf(error, options.memoryMb)));
      this.worker.on('exit', (code) => {
        this.dead = true;
        const error = this.failure ?? exitReport(code);
        end(error);
        this.settle?.({ kind: 'exited', error });
      });
    });
  }

  /** Resolves when the function is loaded, with the error if it cannot be. */
  ready(): Promise<FunctionErrorReport | undefined> {
    return this.loaded;
  }

  /** Runs the handler once, for at most `timeoutMs` of real time; after a time-out the environment is gone. */
  invoke(message: InvokeMessage): Promise<InstanceOutcome> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.settle?.({ kind: 'timedOut' });
        this.terminate();
      }, message.timeoutMs);
      this.settle = (outcome) => {
        clearTimeout(timer);
        this.settle = undefined;
        resolve(outcome);
      };
      if (this.dead) this.settle({ kind: 'exited', error: this.failure ?? exitReport(1) });
      else this.worker.postMessage(message);
    });
  }

  /** Ends the thread and frees its memory. */
  terminate(): void {
    this.dead = true;
    void this.worker.terminate();
  }

  /** Ends the thread; resolves when it is gone. */
  async stop(): Promise<void> {
    this.dead = true;
    await this.worker.terminate();
  }

  private receive(
    message: WorkerMessage,
    log: (text: string) => void,
    loaded: (error?: FunctionErrorReport) => void,
  ): void {
    switch (message.kind) {
      case 'log':
        log(message.text);
        break;
      case 'ready':
        loaded();
        break;
      case 'unready':
        loaded(message.error);
        break;
      case 'result':
        this.settle?.({ kind: 'result', payload: message.payload });
        break;
      case 'error':
        this.settle?.({ kind: 'error', error: message.error });
        break;
    }
  }

  private fail(error: FunctionErrorReport): void {
    this.failure = error;
    this.dead = true;
  }
}

/** Beside this file while it is TypeScript; beside the bundle as `lambda-worker.js`. */
function workerFile(): URL {
  const source = new URL('./worker.ts', import.meta.url);
  return existsSync(fileURLToPath(source)) ? source : new URL('./lambda-worker.js', import.meta.url);
}

function exitReport(code: number): FunctionErrorReport {
  return {
    errorType: 'Runtime.ExitError',
    errorMessage: `Error: Runtime exited with error: exit status ${code}`,
  };
}

function reportOf(error: unknown, memoryMb: number): FunctionErrorReport {
  if (!(error instanceof Error)) return { errorType: 'Runtime.Unknown', errorMessage: String(error) };
  if ('code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY') {
    return { errorType: 'Runtime.OutOfMemory', errorMessage: `Error: Runtime ran out of its ${memoryMb} MB` };
  }
  return { errorType: error.name, errorMessage: error.message, trace: (error.stack ?? '').split('\n') };
}
