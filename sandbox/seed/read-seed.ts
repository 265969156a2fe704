import { readFileSync } from 'node:fs';
import { type Document, isNode, LineCounter, parseDocument } from 'yaml';
import type * as z from 'zod';
import { SeedError, type SeedProblem } from './seed-problem.ts';
import { referenceProblems } from './seed-references.ts';
import { type Seed, type SeedInput, SeedSchema } from './seed-schema.ts';

/** A path within a seed, as zod tells it. */
export type SeedPath = readonly PropertyKey[];

/** Reads a seed file. Throws `SeedError` with every problem at once, also when the file cannot be read. */
export function loadSeed(file: string): Seed {
  return readSeed(readText(file), file);
}

/** Reads a seed from YAML text. Throws `SeedError` with every problem at once. */
export function readSeed(text: string, file = 'seed.yaml'): Seed {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  const faults = [...document.errors, ...document.warnings].map((fault) => ({
    file,
    line: lines.linePos(fault.pos[0]).line,
    field: '',
    rule: 'yaml',
    message: fault.message,
  }));
  if (faults.length > 0) throw new SeedError(faults);
  return checkSeed(document.toJS() ?? {}, file, (path) => lineOf(document, lines, path));
}

/** Reads a seed from a value, such as one that a program made. Throws `SeedError` with every problem at once. */
export function seedFrom(input: SeedInput, name = 'seed'): Seed {
  return checkSeed(input, name, () => 1);
}

function checkSeed(input: unknown, file: string, lineAt: (path: SeedPath) => number): Seed {
  const parsed = SeedSchema.safeParse(input);
  const locate = (path: SeedPath, rule: string, message: string): SeedProblem => ({
    file,
    line: lineAt(path),
    field: path.map(String).join('.'),
    rule,
    message,
  });
  if (!parsed.success) {
    throw new SeedError(parsed.error.issues.flatMap((issue) => issueProblems(issue, [], locate)));
  }
  const problems = referenceProblems(parsed.data).map(({ path, rule, message }) =>
    locate(path, rule, message),
  );
  if (problems.length > 0) throw new SeedError(problems);
  return parsed.data;
}

type Locate = (path: SeedPath, rule: string, message: string) => SeedProblem;

/** Of a union that nothing fits, the problems of the alternative that comes nearest are what helps. */
function issueProblems(issue: z.core.$ZodIssue, prefix: SeedPath, locate: Locate): SeedProblem[] {
  const path = [...prefix, ...issue.path];
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    const [nearest = []] = issue.errors.toSorted((left, right) => depth(right) - depth(left));
    return nearest.flatMap((inner) => issueProblems(inner, path, locate));
  }
  if (issue.code === 'invalid_key') {
    return issue.issues.flatMap((inner) => issueProblems(inner, path, locate));
  }
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => locate([...path, key], issue.code, `there is no field ${key} here`));
  }
  return [locate(path, issue.code, issue.message)];
}

/** How far into the value an alternative got before it failed. */
function depth(issues: readonly z.core.$ZodIssue[]): number {
  return Math.max(
    0,
    ...issues.map((issue) => issue.path.length + (issue.code === 'unrecognized_keys' ? 1 : 0)),
  );
}

/** The line of the innermost node on the path that is there. */
function lineOf(document: Document, lines: LineCounter, path: SeedPath): number {
  for (let length = path.length; length > 0; length -= 1) {
    const node = document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
  }
  return 1;
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new SeedError([{ file, line: 1, field: '', rule: 'file', message }]);
  }
}
