import { readFile } from 'node:fs/promises';
import { CommanderError } from 'commander';
import { describe, expect, it } from 'vitest';
import { buildProgram } from '#cli/program.ts';

const read = (path: string) => readFile(new URL(`../../${path}`, import.meta.url), 'utf8');

/** Every command line of ours on a page: in its blocks, and in its prose between backticks. */
function rolecallLines(page: string): readonly string[] {
  const blocks = [...page.matchAll(/^```\w*\n(.*?)^```$/gms)].flatMap(([, block = '']) =>
    block.replaceAll('\\\n', ' ').split('\n'),
  );
  const prose = page.replaceAll(/^```\w*\n.*?^```$/gms, '');
  const inline = [...prose.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code.replaceAll('\n', ' '));
  // Brackets are the syntax of a command, not a command.
  return [...blocks, ...inline].flatMap(
    (line) => /^(?:\$ )?(?:npx )?rolecall ([^[\]]*)$/.exec(line.trim())?.[1] ?? [],
  );
}

/** The words up to a comment, a pipe or the like, as a shell would hand them over; what is between quotes is one. */
function wordsOf(line: string): readonly string[] {
  const words = [...line.matchAll(/(?:[^\s"']|"[^"]*"|'[^']*')+/g)].map(([word]) => word);
  const end = words.findIndex((word) => word.startsWith('#') || ['|', '>', '&&'].includes(word));
  return words.slice(0, end === -1 ? undefined : end).map((word) => word.replaceAll(/["']/g, ''));
}

/** What the CLI says against the words; `undefined` when it would go to work. */
async function refusalOf(words: readonly string[]): Promise<string | undefined> {
  let runs = false;
  const [name = ''] = words;
  const program = buildProgram(() => {
    runs = true;
    return Promise.resolve();
  });
  // The name alone speaks of a command.
  if (words.length === 1 && program.commands.some((command) => command.name() === name)) return undefined;
  for (const command of [program, ...program.commands]) {
    command.exitOverride().configureOutput({ writeOut: () => undefined, writeErr: () => undefined });
  }
  try {
    await program.parseAsync([...words], { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) return error.message;
    throw error;
  }
  return runs ? undefined : 'nothing would run';
}

describe('the command lines of ours on a page', () => {
  it.each([
    { page: 'README.md', atLeast: 12 },
    { page: 'docs/deploy.md', atLeast: 20 },
    { page: 'docs/runbook.md', atLeast: 25 },
    { page: 'docs/cli.md', atLeast: 20 },
    { page: 'docs/threat-model.md', atLeast: 1 },
    { page: 'sandbox/README.md', atLeast: 1 },
  ])('are understood by the CLI as it is: $page', async ({ page, atLeast }) => {
    const lines = rolecallLines(await read(page)).filter((line) => !line.includes('…'));
    const refused: string[] = [];
    for (const line of lines) {
      const refusal = await refusalOf(wordsOf(line));
      if (refusal !== undefined) refused.push(`rolecall ${line}: ${refusal}`);
    }
    expect(refused).toEqual([]);
    expect(lines.length).toBeGreaterThanOrEqual(atLeast);
  });

  it.each(['docs/deploy.md', 'docs/runbook.md'])(
    'check beside a hub in the name of its installation: %s',
    async (page) => {
      const checks = rolecallLines(await read(page)).filter((line) => line.startsWith('check -'));
      expect(checks.filter((line) => !line.includes('--owner "$STAGE"'))).toEqual([]);
      expect(checks).not.toEqual([]);
    },
  );

  it.each([
    { line: 'chekc -f mappings/', says: "error: unknown command 'chekc'\n(Did you mean check?)" },
    { line: 'events --type AssociationDrifted', says: "error: unknown option '--type'" },
    { line: 'check --cluster prod-1', says: "error: required option '-f, --file <path...>' not specified" },
    { line: 'get findings -o wide | grep drift  # what differs', says: undefined },
    { line: 'freeze --reason "incident 42"', says: undefined },
  ])('would be refused, or not: $line', async ({ line, says }) => {
    expect(await refusalOf(wordsOf(line))).toBe(says);
  });
});
