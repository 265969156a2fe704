import type { CliIo } from '#cli/cli-io.ts';

export interface TerminalOptions {
  /** Whether there is a person at it; otherwise input and output are pipes. */
  readonly isTTY?: boolean;
  /** Whether stdout goes elsewhere although a person is there: `| head`. */
  readonly pipedOut?: boolean;
  readonly columns?: number;
  readonly env?: Readonly<Record<string, string>>;
  readonly platform?: NodeJS.Platform;
  readonly cwd?: string;
  /** What `-f -` reads. */
  readonly stdin?: string;
  /** What the person answers to questions, in order; then the input has ended. */
  readonly answers?: readonly string[];
  readonly signal?: AbortSignal;
}

/** A place to run the CLI at: what it wrote, what it asked. */
export interface Terminal {
  readonly io: CliIo;
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** The questions asked. */
  readonly asked: readonly string[];
}

/** A terminal that keeps what is written to it. A pipe unless said otherwise, in UTF-8, without colours. */
export function aTerminal(options: TerminalOptions = {}): Terminal {
  const { isTTY = false, columns = 100, answers = [] } = options;
  const written = { stdout: '', stderr: '' };
  const asked: string[] = [];
  const left = [...answers];
  const stream = (name: 'stdout' | 'stderr') => ({
    isTTY: isTTY && !(name === 'stdout' && options.pipedOut),
    columns: isTTY ? columns : undefined,
    write: (text: string) => {
      written[name] += text;
    },
  });
  const io: CliIo = {
    stdout: stream('stdout'),
    stderr: stream('stderr'),
    stdin: {
      isTTY,
      readAll: async () => options.stdin ?? '',
      question: async (prompt) => {
        asked.push(prompt);
        return left.shift();
      },
    },
    env: { LANG: 'C.UTF-8', NO_COLOR: '1', ...options.env },
    cwd: options.cwd ?? process.cwd(),
    platform: options.platform ?? 'linux',
    now: () => 0,
    signal: options.signal ?? new AbortController().signal,
  };
  return { io, stdout: () => written.stdout, stderr: () => written.stderr, asked };
}
