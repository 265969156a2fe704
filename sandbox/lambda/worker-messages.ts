/** What a worker is started with. */
export interface WorkerStart {
  /** Where the deploy zip was unpacked. */
  readonly taskRoot: string;
  /** `bundle.handler`: file and export. */
  readonly handler: string;
  /** The sandbox's clock, see `shared-clock.ts`. */
  readonly clock: SharedArrayBuffer;
}

/** One invocation, as the worker gets it. */
export interface InvokeMessage {
  readonly kind: 'invoke';
  readonly requestId: string;
  /** JSON. */
  readonly payload: string;
  readonly functionName: string;
  readonly functionArn: string;
  readonly memoryMb: number;
  readonly logGroup: string;
  readonly logStream: string;
  readonly timeoutMs: number;
  readonly traceId: string;
}

/** An error as Lambda reports it. */
export interface FunctionErrorReport {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace?: readonly string[];
}

/** What a worker sends. */
export type WorkerMessage =
  | { readonly kind: 'log'; readonly text: string }
  | { readonly kind: 'ready' }
  | { readonly kind: 'unready'; readonly error: FunctionErrorReport }
  /** `payload` is JSON. */
  | { readonly kind: 'result'; readonly requestId: string; readonly payload: string }
  | { readonly kind: 'error'; readonly requestId: string; readonly error: FunctionErrorReport };
