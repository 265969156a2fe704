import { execFile } from 'node:child_process';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '#sandbox/start-sandbox.ts';
import { buildCli } from '#tools/build-cli.ts';

/** What is bundled is not quite what the sources are: each output form is tried as it is shipped. */

const run = promisify(execFile);
const ROOT = resolve(import.meta.dirname, '../..');
const MANIFESTS = join(ROOT, 'examples/minimal');

let folder: string;
let sandbox: Sandbox;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rolecall-bundle-'));
  await buildCli({ outdir: join(folder, 'dist') });
  await copyFile(join(ROOT, 'package.json'), join(folder, 'package.json'));
  sandbox = await startSandbox({
    port: 0,
    populate: (world) => {
      world.eks('111122223333', 'eu-west-1').addCluster({ name: 'prod-1' });
    },
  });
});
afterAll(async () => {
  await sandbox.stop();
  await rm(folder, { recursive: true, force: true });
});

async function check(output: string) {
  const env = {
    PATH: process.env['PATH'],
    AWS_ENDPOINT_URL: sandbox.url,
    AWS_ACCESS_KEY_ID: '111122223333',
    AWS_SECRET_ACCESS_KEY: 'sandbox',
    AWS_REGION: 'eu-west-1',
    AWS_CONFIG_FILE: join(folder, 'none'),
  };
  const args = [
    join(folder, 'dist/cli/main.js'),
    'check',
    '-f',
    MANIFESTS,
    '--all-clusters',
    '-q',
    '-o',
    output,
  ];
  return await run(process.execPath, args, { env, cwd: folder }).catch(
    (error: { stdout: string; stderr: string }) => error,
  );
}

describe('the bundled command', () => {
  it.each([
    { output: 'table', says: '1 of 1 cluster read' },
    { output: 'wide', says: '1 of 1 cluster read' },
    { output: 'json', says: '"kind": "CheckReport"' },
    { output: 'yaml', says: 'kind: CheckReport' },
    { output: 'name', says: '' },
  ])('prints a report as $output', async ({ output, says }) => {
    const { stdout, stderr } = await check(output);
    expect(stderr).toBe('');
    expect(stdout).toContain(says);
  });
});
