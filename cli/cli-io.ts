/** Where text goes. */
export interface OutputStream {
  readonly isTTY: boolean;
  /** Width of the terminal; absent where there is none, and then nothing is cut or wrapped. */
  readonly columns?: number | undefined;
  write(text: string): void;
}

export interface InputStream {
  readonly isTTY: boolean;
  /** Everything up to the end. */
  readAll(): Promise<string>;
  /** One line from a person, without its end; `undefined` when the input ended. The prompt goes to stderr. */
  question(prompt: string, signal: AbortSignal): Promise<string | undefined>;
}

/** The world as a command sees it, so that tests give it another one. Only `node-io.ts` touches the process. */
export interface CliIo {
  /** Data: what a pipe should get. */
  readonly stdout: OutputStream;
  /** Progress, questions, warnings and errors. */
  readonly stderr: OutputStream;
  readonly stdin: InputStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What relative paths are relative to. */
  readonly cwd: string;
  readonly platform: NodeJS.Platform;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Aborts when the person presses Ctrl-C, or the process is asked to end. */
  readonly signal: AbortSignal;
}
