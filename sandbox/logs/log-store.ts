import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';

/** One line that a function wrote, or the sandbox about it. */
export interface LogLine {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly text: string;
}

export interface LogOptions {
  /** Where the files go, one for each function; nothing is written without it. */
  readonly folder?: string | undefined;
  /** How many lines of each function stay in memory. */
  readonly capacity?: number;
}

/** The logs of functions: the newest lines in memory, all of them in files. */
export class LogStore {
  private readonly folder: string | undefined;
  private readonly capacity: number;
  private readonly lines = new Map<string, LogLine[]>();
  private readonly listeners = new Set<(name: string, line: LogLine) => void>();

  constructor(options: LogOptions = {}) {
    this.folder = options.folder;
    this.capacity = options.capacity ?? 2_000;
    if (this.folder !== undefined) mkdirSync(this.folder, { recursive: true });
  }

  /** Adds a line to the log of `name`, a function's name. */
  append(name: string, line: LogLine): void {
    const kept = this.lines.get(name) ?? [];
    kept.push(line);
    this.lines.set(name, kept.length > this.capacity * 2 ? kept.slice(-this.capacity) : kept);
    const file = this.fileOf(name);
    if (file !== undefined) appendFileSync(file, `${new Date(line.at).toISOString()} ${line.text}\n`);
    for (const listener of this.listeners) listener(name, line);
  }

  /** The newest lines of a function, oldest first. */
  tail(name: string, count = this.capacity): readonly LogLine[] {
    return (this.lines.get(name) ?? []).slice(-count);
  }

  /** Names of everything that has written. */
  names(): readonly string[] {
    return [...this.lines.keys()];
  }

  /** Where a function's log file is; undefined when logs stay in memory. */
  fileOf(name: string): string | undefined {
    return this.folder === undefined
      ? undefined
      : join(this.folder, `${name.replaceAll(/[^\w.-]/g, '_')}.log`);
  }

  /** Calls `listener` with every line from now on. Answers how to stop. */
  subscribe(listener: (name: string, line: LogLine) => void): () => void {
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
    };
  }

  /** Forgets the lines in memory; files stay. */
  clear(): void {
    this.lines.clear();
  }
}
