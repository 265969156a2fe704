import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { runCli } from '#cli/run-cli.ts';
import { type Sandbox, startSandbox } from '#sandbox/start-sandbox.ts';
import { aTerminal } from '#test/builders/a-terminal.ts';
import {
  DYNAMO_CREDENTIALS,
  DYNAMO_REGION,
  type RunningDynamo,
  startDynamo,
} from '#test/builders/running-dynoxide.ts';

const MANIFEST = `apiVersion: rolecall.dev/v1
kind: Mapping
metadata: { namespace: payments, serviceAccount: api }
spec: { team: payments, targets: [{ clusters: all, roleArn: "arn:aws:iam::{account}:role/api" }] }
`;

let folder: string;
let dynamo: RunningDynamo;
let sandbox: Sandbox;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rolecall-registry-'));
  await writeFile(join(folder, 'm.yaml'), MANIFEST);
  dynamo = await startDynamo();
  // Says who is asking.
  sandbox = await startSandbox({ port: 0 });
  await dynamo.createTables({ registry: 'rolecall-staging-registry', outbox: 'rolecall-staging-outbox' });
  for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) vi.stubEnv(name, undefined);
  vi.stubEnv('AWS_CONFIG_FILE', join(folder, 'none'));
  vi.stubEnv('AWS_ENDPOINT_URL', sandbox.url);
  vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', dynamo.endpoint);
  vi.stubEnv('AWS_ACCESS_KEY_ID', DYNAMO_CREDENTIALS.accessKeyId);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', DYNAMO_CREDENTIALS.secretAccessKey);
  vi.stubEnv('AWS_REGION', DYNAMO_REGION);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await sandbox.stop();
  await dynamo.stop();
  await rm(folder, { recursive: true, force: true });
});

async function rolecall(words: string, installation = 'staging') {
  const terminal = aTerminal({ cwd: folder, env: { ROLECALL_INSTALLATION: installation } });
  const exitCode = await runCli(words.split(' '), terminal.io);
  return { exitCode, stdout: terminal.stdout(), stderr: terminal.stderr() };
}

describe('the commands over the registry, on a real engine', () => {
  it('loads manifests once, and lists them', async () => {
    const loaded = await rolecall('registry load -f m.yaml --yes');
    expect(loaded).toMatchObject({ exitCode: 0, stderr: '' });
    expect((await rolecall('registry load -f m.yaml')).stdout).toContain('1 mapping there already');
    expect((await rolecall('get mappings -o name')).stdout).toBe('default/payments/api\n');
    const { stdout } = await rolecall('audit --mapping payments/api -o json');
    const { items } = JSON.parse(stdout) as { readonly items: readonly { readonly by: string }[] };
    expect(items).toMatchObject([
      { action: 'mappingLoaded', by: /^arn:aws:/.exec(items[0]?.by ?? '')?.input },
    ]);
  });

  it('freezes, tells, and unfreezes', async () => {
    expect((await rolecall('freeze --reason INC-1')).stdout).toContain('ALL WRITES ARE FROZEN');
    expect((await rolecall('freeze --reason again')).stdout).toContain('Writes are FROZEN already');
    expect((await rolecall('events --since 1h')).stdout).toContain('ALL WRITES FROZEN: INC-1');
    expect((await rolecall('unfreeze --reason over')).stdout).toContain('Writes go on');
  });

  it('says where there is no registry', async () => {
    const { exitCode, stderr } = await rolecall('get findings', 'nowhere');
    expect(exitCode).toBe(1);
    expect(stderr).toContain(
      'there is no table rolecall-nowhere-registry in eu-west-1: is Rolecall deployed here?',
    );
  });
});
