import type { CliIo } from './cli-io.ts';
import { commandLine } from './text/shell-quote.ts';

/** Words of this run's command line that the next one should not have. */
export interface Dropped {
  readonly flags?: readonly string[];
  /** Options that come with one value. */
  readonly options?: readonly string[];
}

/** How this run was started, so that the next command can be shown ready to paste. */
export interface Invocation {
  /** The same command with words added, and some left out. */
  again(added: readonly string[], dropped?: Dropped): string;
  /** Another command of ours. */
  other(words: readonly string[]): string;
}

/** `args` are the words after the program's name. */
export function invocationOf(args: readonly string[], io: Pick<CliIo, 'env' | 'platform'>): Invocation {
  // npm says so when it runs a program by npx.
  const program = io.env['npm_command'] === 'exec' ? ['npx', 'rolecall'] : ['rolecall'];
  const line = (words: readonly string[]) => commandLine([...program, ...words], io.platform);
  return {
    again: (added, dropped = {}) => line([...withoutWords(args, dropped), ...added]),
    other: line,
  };
}

function withoutWords(args: readonly string[], { flags = [], options = [] }: Dropped): readonly string[] {
  return args.filter((word, index) => {
    if (flags.includes(word) || options.includes(word)) return false;
    if (options.includes(args[index - 1] ?? '')) return false;
    return !options.some((option) => word.startsWith(`${option}=`));
  });
}
