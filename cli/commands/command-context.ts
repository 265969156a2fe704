import type { CliContext } from '../cli-context.ts';
import type { ExitCode } from '../exit-code.ts';

/** How a command that commander has chosen is run: work that fails ends in the one place that explains failures. */
export type RunCommand = (work: (context: CliContext) => Promise<ExitCode>) => Promise<void>;

/** Examples under a command's help, one a line: what it is for, then the words. */
export function examplesText(examples: readonly (readonly [what: string, words: string])[]): string {
  const lines = examples.flatMap(([what, words]) => [`  # ${what}`, `  $ rolecall ${words}`]);
  return ['', 'Examples:', ...lines].join('\n');
}
