import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Metafile } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { applySeed } from '#sandbox/seed/apply-seed.ts';
import { seedFrom } from '#sandbox/seed/read-seed.ts';
import { type Sandbox, startSandbox } from '#sandbox/start-sandbox.ts';
import { buildCli } from '#tools/build-cli.ts';

/**
 * Without --repair the code that writes is not loaded: once by looking at what the bundler put where, and once by
 * watching which modules a running check loads.
 */

const REPAIR = 'cli/check/repair.ts';
const WRITER = 'shared/aws/eks-pod-identity-writer.ts';
const WRITES = [
  REPAIR,
  WRITER,
  'shared/app/reconcile/repair-cluster.ts',
  'shared/app/reconcile/apply-step.ts',
];

describe('the bundle', () => {
  let outputs: Metafile['outputs'];
  beforeAll(async () => {
    ({ outputs } = await buildCli({ outdir: false }));
  });

  /** Every file that may be loaded once `entry` is, through any import that is not the dynamic one of repair.ts. */
  function reachable(entry: string): ReadonlySet<string> {
    const seen = new Set<string>();
    const visit = (file: string) => {
      if (seen.has(file)) return;
      seen.add(file);
      for (const { path, kind } of outputs[file]?.imports ?? []) {
        if (kind === 'dynamic-import' && outputs[path]?.entryPoint === REPAIR) continue;
        if (outputs[path]) visit(path);
      }
    };
    visit(entry);
    return seen;
  }

  const fileOf = (entryPoint: string) =>
    Object.keys(outputs).find((file) => outputs[file]?.entryPoint === entryPoint) ?? '';

  it('has the writing modules only where --repair leads', () => {
    const sources = [...reachable(fileOf('cli/main.ts'))].flatMap((file) =>
      Object.keys(outputs[file]?.inputs ?? {}),
    );
    // The walk went everywhere else: what reads is among it.
    expect(sources).toContain('shared/aws/eks-pod-identity-reader.ts');
    expect(sources).toContain('cli/check/check-command.ts');
    for (const module of WRITES) expect(sources).not.toContain(module);
  });

  it('has them there', () => {
    const sources = [...reachable(fileOf(REPAIR))].flatMap((file) =>
      Object.keys(outputs[file]?.inputs ?? {}),
    );
    for (const module of WRITES) expect(sources).toContain(module);
  });

  it('starts with nothing heavy', () => {
    const start = new Set<string>();
    const visit = (file: string) => {
      if (start.has(file)) return;
      start.add(file);
      for (const { path, kind } of outputs[file]?.imports ?? []) {
        if (kind === 'import-statement' && outputs[path]) visit(path);
      }
    };
    visit(fileOf('cli/main.ts'));
    const sources = [...start].flatMap((file) => Object.keys(outputs[file]?.inputs ?? {}));
    expect(sources.some((source) => source.includes('node_modules/commander/'))).toBe(true);
    for (const heavy of ['@aws-sdk', '@smithy', 'zod', 'yaml', 'listr2']) {
      expect(sources.filter((source) => source.includes(`node_modules/${heavy}/`))).toEqual([]);
    }
    expect(sources.filter((source) => source.startsWith('sandbox/'))).toEqual([]);
  });
});

describe('a running check', () => {
  let folder: string;
  let sandbox: Sandbox;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'rolecall-loads-'));
    const seed = seedFrom({
      accounts: {
        '111122223333': {
          roles: { api: { trust: 'pods.eks' } },
          regions: { 'eu-west-1': { clusters: { 'prod-1': {} } } },
        },
      },
    });
    sandbox = await startSandbox({ port: 0, populate: (world) => applySeed(world, seed) });
    writeFileSync(
      join(folder, 'm.yaml'),
      `apiVersion: rolecall.dev/v1
kind: Mapping
metadata: { namespace: payments, serviceAccount: api }
spec: { team: payments, targets: [{ clusters: all, roleArn: "arn:aws:iam::111122223333:role/api" }] }
`,
    );
    // Notes down every module that is loaded.
    writeFileSync(
      join(folder, 'watch.mjs'),
      `import { appendFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
registerHooks({ load(url, context, next) { appendFileSync(process.env.LOADED, url + '\\n'); return next(url, context); } });
`,
    );
  });
  afterAll(async () => {
    await sandbox.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  async function loadedBy(...words: string[]): Promise<{ status: number | null; modules: string }> {
    const loaded = join(folder, `loaded-${words.length}.txt`);
    writeFileSync(loaded, '');
    const main = fileURLToPath(new URL('../../cli/main.ts', import.meta.url));
    const args = ['check', '-f', 'm.yaml', '--cluster', 'prod-1', ...words];
    const child = spawn(
      process.execPath,
      ['--import', pathToFileURL(join(folder, 'watch.mjs')).href, main, ...args],
      {
        cwd: folder,
        stdio: 'ignore',
        env: {
          ...process.env,
          LOADED: loaded,
          AWS_ENDPOINT_URL: sandbox.url,
          AWS_ACCESS_KEY_ID: '111122223333',
          AWS_SECRET_ACCESS_KEY: 'any',
          AWS_REGION: 'eu-west-1',
        },
      },
    );
    const status = await new Promise<number | null>((resolve) => child.once('exit', resolve));
    return { status, modules: readFileSync(loaded, 'utf8') };
  }

  it('loads what reads, and nothing that writes', async () => {
    const { status, modules } = await loadedBy();
    expect(status).toBe(2);
    expect(modules).toContain('shared/aws/eks-pod-identity-reader.ts');
    for (const module of WRITES) expect(modules).not.toContain(module);
    // Only commands over the registry need it.
    expect(modules).not.toContain('dynamodb');
  });

  it('loads what writes with --repair', async () => {
    const { status, modules } = await loadedBy('--repair', '--yes');
    expect(status).toBe(0);
    for (const module of WRITES) expect(modules).toContain(module);
  });
});
