import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const run = promisify(execFile);
const root = resolve(import.meta.dirname, '../..');
const tsc = join(root, 'node_modules/typescript/bin/tsc');
const biome = join(root, 'node_modules/@biomejs/biome/bin/biome');

interface Plant {
  readonly into: string;
  readonly code: string;
}

/** Compiles a project of ours with one more file in it, and answers what the compiler says of that file. */
async function compilePlanted(scratch: string, { into, code }: Plant): Promise<string> {
  const folder = await mkdtemp(join(scratch, 'plant-'));
  const planted = join(folder, 'planted.ts');
  const project = join(root, into);
  await writeFile(planted, `${code}\nexport {};\n`);
  // `references` are the one thing that `extends` does not inherit.
  const { references } = JSON.parse(await readFile(join(project, 'tsconfig.json'), 'utf8')) as {
    references: { path: string }[];
  };
  await writeFile(
    join(folder, 'tsconfig.json'),
    JSON.stringify({
      extends: relative(folder, join(project, 'tsconfig.json')).replaceAll('\\', '/'),
      compilerOptions: { rootDir: root, outDir: join(folder, 'out'), tsBuildInfoFile: join(folder, 'info') },
      include: [`${project}/**/*.ts`, planted],
      exclude: [`${project}/**/*.test.ts`],
      references: references.map(({ path }) => ({ path: resolve(project, path) })),
    }),
  );
  try {
    const { stdout } = await run(process.execPath, [tsc, '-b', folder], { cwd: root });
    return stdout;
  } catch (error) {
    return (error as { stdout: string }).stdout
      .split('\n')
      .filter((line) => line.includes('planted.ts'))
      .join('\n');
  }
}

describe('the compiler holds the boundaries between the parts', () => {
  let scratch: string;
  beforeAll(async () => {
    await mkdir(join(root, '.tsbuild'), { recursive: true });
    scratch = await mkdtemp(join(root, '.tsbuild/boundaries-'));
  });
  afterAll(async () => {
    await rm(scratch, { recursive: true, force: true });
  });

  const NOT_IN_PROJECT = /TS6307|TS6059/;
  const NO_SUCH_NAME = /TS2304|TS2584|TS2591|TS2307|TS2580/;
  it.each<Plant & { refused: RegExp }>([
    { into: 'shared/iam', code: "import '#shared/domain/key.ts';", refused: NOT_IN_PROJECT },
    { into: 'shared/domain', code: "import '#shared/ports/clock.ts';", refused: NOT_IN_PROJECT },
    { into: 'shared/domain', code: "import '#shared/app/call-counter.ts';", refused: NOT_IN_PROJECT },
    {
      into: 'shared/domain',
      code: "import { readFileSync } from 'node:fs'; readFileSync('x');",
      refused: NO_SUCH_NAME,
    },
    { into: 'shared/domain', code: 'export const home = process.env;', refused: NO_SUCH_NAME },
    { into: 'shared/domain', code: "console.log('hello');", refused: NO_SUCH_NAME },
    {
      into: 'shared/domain',
      code: "export const page = fetch('https://example.com');",
      refused: NO_SUCH_NAME,
    },
    { into: 'shared/domain', code: 'setTimeout(() => {}, 1);', refused: NO_SUCH_NAME },
    { into: 'shared/ports', code: "import '#shared/app/call-counter.ts';", refused: NOT_IN_PROJECT },
    { into: 'shared/app', code: "import '#shared/aws/classify-error.ts';", refused: NOT_IN_PROJECT },
    {
      into: 'shared/app',
      code: "import type { Caller } from '#sandbox/caller.ts'; export type C = Caller;",
      refused: NOT_IN_PROJECT,
    },
    { into: 'shared/aws', code: "import '#shared/app/call-counter.ts';", refused: NOT_IN_PROJECT },
    { into: 'events', code: "import '#shared/ports/clock.ts';", refused: NOT_IN_PROJECT },
    { into: 'events', code: 'export const home = process.env;', refused: NO_SUCH_NAME },
    { into: 'sandbox', code: "import '#events/patterns.ts';", refused: NOT_IN_PROJECT },
    { into: 'sandbox', code: "import '#shared/domain/key.ts';", refused: NOT_IN_PROJECT },
    { into: 'sandbox', code: "import '#shared/ports/app-error.ts';", refused: NOT_IN_PROJECT },
  ])('$into refuses: $code', async ({ refused, ...plant }) => {
    expect(await compilePlanted(scratch, plant)).toMatch(refused);
  });

  it.each<Plant>([
    {
      into: 'shared/domain',
      code: "import { formatKey } from '#shared/domain/key.ts'; formatKey({ namespace: 'a', serviceAccount: 'b' });",
    },
    {
      into: 'shared/app',
      code: "import { formatKey } from '#shared/domain/key.ts'; formatKey({ namespace: 'a', serviceAccount: 'b' });",
    },
  ])('and $into takes what it may: the refusals above are about the imports', async (plant) => {
    expect(await compilePlanted(scratch, plant)).toBe('');
  });
});

/** Lints one file under our own rules, in a tree of its own so that nothing is planted in ours. */
async function lintPlanted(file: string, code: string): Promise<string> {
  const tree = await mkdtemp(join(tmpdir(), 'rolecall-lint-'));
  try {
    const rules = JSON.parse(await readFile(join(root, 'biome.json'), 'utf8')) as Record<string, unknown>;
    await writeFile(join(tree, 'biome.json'), JSON.stringify({ ...rules, vcs: { enabled: false } }));
    await mkdir(dirname(join(tree, file)), { recursive: true });
    await writeFile(join(tree, file), code);
    const { stdout, stderr } = await run(process.execPath, [biome, 'lint', '.'], { cwd: tree }).catch(
      (error: { stdout: string; stderr: string }) => error,
    );
    return stdout + stderr;
  } finally {
    await rm(tree, { recursive: true, force: true });
  }
}

describe('the linter adds what types cannot say', () => {
  it.each([
    {
      file: 'shared/domain/planted.ts',
      code: 'export const now = Date.now();\n',
      rule: 'noRestrictedGlobals',
    },
    {
      file: 'shared/app/planted.ts',
      code: 'export const region = process.env;\n',
      rule: 'noRestrictedGlobals',
    },
    {
      file: 'shared/aws/planted.ts',
      code: "import { z } from 'zod';\nexport const name = z.string();\n",
      rule: 'noRestrictedImports',
    },
    { file: 'shared/app/planted.ts', code: "console.log('hello');\n", rule: 'noConsole' },
    {
      file: 'shared/app/planted.ts',
      code: 'async function save(): Promise<void> {}\nexport function close(): void {\n  save();\n}\n',
      rule: 'noFloatingPromises',
    },
  ])('$file: $rule', async ({ file, code, rule }) => {
    expect(await lintPlanted(file, code)).toContain(rule);
  });

  it('and says nothing of code that keeps the rules', async () => {
    expect(await lintPlanted('shared/domain/planted.ts', 'export const answer = 42;\n')).not.toContain(
      'lint/',
    );
  });
});
