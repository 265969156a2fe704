import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { runCli } from '#cli/run-cli.ts';
import { applySeed } from '#sandbox/seed/apply-seed.ts';
import { seedFrom } from '#sandbox/seed/read-seed.ts';
import type { SeedInput } from '#sandbox/seed/seed-schema.ts';
import { type Sandbox, startSandbox } from '#sandbox/start-sandbox.ts';
import { aTerminal } from '#test/builders/a-terminal.ts';

const ACCOUNT = '111122223333';
const TRUST = {
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: { AWS: ACCOUNT },
      Action: 'sts:AssumeRole',
      // A quote, a dollar and spaces: what a shell would make something else of.
      Condition: { StringEquals: { 'sts:ExternalId': "it's $HOME" } },
    },
    { Effect: 'Allow', Principal: { Service: 'pods.eks.amazonaws.com' }, Action: 'sts:AssumeRole' },
  ],
};
const SEED: SeedInput = {
  accounts: {
    [ACCOUNT]: {
      roles: { api: { trust: 'pods.eks' }, broken: { trust: TRUST } },
      regions: {
        'eu-west-1': {
          clusters: {
            'prod-1': {
              managedBy: 'rolecall',
              addons: { 'eks-pod-identity-agent': {} },
              associations: { 'payments/api': 'api', 'payments/worker': 'broken' },
            },
          },
        },
      },
    },
  },
};
const MANIFESTS = ['api', 'worker']
  .map(
    (name) => `apiVersion: rolecall.dev/v1
kind: Mapping
metadata: { namespace: payments, serviceAccount: ${name} }
spec: { team: payments, targets: [{ clusters: all, roleArn: "arn:aws:iam::${ACCOUNT}:role/${name === 'api' ? 'api' : 'broken'}" }] }
`,
  )
  .join('---\n');

let folder: string;
let sandbox: Sandbox;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rolecall-explain-'));
  await writeFile(join(folder, 'm.yaml'), MANIFESTS);
  sandbox = await startSandbox({ port: 0, populate: (world) => applySeed(world, seedFrom(SEED)) });
  for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) vi.stubEnv(name, undefined);
  vi.stubEnv('AWS_CONFIG_FILE', join(folder, 'none'));
  vi.stubEnv('AWS_ENDPOINT_URL', sandbox.url);
  vi.stubEnv('AWS_ACCESS_KEY_ID', ACCOUNT);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'sandbox');
  vi.stubEnv('AWS_REGION', 'eu-west-1');
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await sandbox.stop();
  await rm(folder, { recursive: true, force: true });
});

async function explain(words: string, isTTY = false) {
  const terminal = aTerminal({ cwd: folder, isTTY, columns: 100 });
  const exitCode = await runCli(['explain', '-f', 'm.yaml', ...words.split(' ')], terminal.io);
  return { exitCode, stdout: terminal.stdout(), stderr: terminal.stderr() };
}

describe('rolecall explain', () => {
  it('walks a chain that holds', async () => {
    const { exitCode, stdout } = await explain('--cluster prod-1 payments/api', true);
    expect(stdout).toContain(
      'payments/api on prod-1 (111122223333 eu-west-1)\n  ✓  manifest      default/payments/api at m.yaml:1\n',
    );
    expect(stdout).toMatch(
      /Exit 0: every link holds\. A pod made before the association \(.*Z\) has no credentials/,
    );
    expect(exitCode).toBe(0);
  });

  // Windows has no POSIX shell to paste into.
  it.runIf(process.platform !== 'win32')(
    'names the first broken link, with a fix that mends it when it is pasted into a shell',
    async () => {
      const { exitCode, stdout } = await explain('--cluster prod-1 payments/worker', true);
      expect(exitCode).toBe(2);
      expect(stdout).toContain(
        '  ✗  trust policy  sts:TagSession: statement 2 names EKS Pod Identity, but not this action.',
      );
      expect(stdout).toContain('Exit 2: the trust policy is the first broken link');
      const line =
        stdout.split('\n').find((text) => text.startsWith('aws iam update-assume-role-policy')) ?? '';
      const document = documentIn(line);
      expect(document.Statement.slice(0, 2)).toEqual(TRUST.Statement);
      const role = sandbox.world.iam(ACCOUNT).role('broken');
      if (!role) throw new Error('the role is gone');
      sandbox.world
        .iam(ACCOUNT)
        .putRole({ ...role, trustPolicy: JSON.stringify(document) }, sandbox.world.clock.now());
      expect((await explain('--cluster prod-1 payments/worker')).exitCode).toBe(0);
    },
  );

  it('tells programs the same', async () => {
    const { stdout } = await explain('--cluster prod-1 payments/worker -o json');
    expect(JSON.parse(stdout)).toMatchObject({
      kind: 'Explanation',
      cluster: { name: 'prod-1', account: ACCOUNT, region: 'eu-west-1' },
      namespace: 'payments',
      serviceAccount: 'worker',
      verdict: 'broken',
      link: 'trust policy',
      exitCode: 2,
    });
  });

  it('says which cluster was meant, perhaps', async () => {
    const { exitCode, stderr } = await explain('--cluster prod1 payments/api');
    expect(exitCode).toBe(1);
    expect(stderr).toContain(
      'there is no cluster prod1 in account 111122223333, eu-west-1: did you mean prod-1?',
    );
  });

  it('calls nothing whole that it could not read', async () => {
    sandbox.world.switches.set({ deny: [{ actions: ['iam:GetRole'] }] });
    const { exitCode, stdout } = await explain('--cluster prod-1 payments/api');
    expect(exitCode).toBe(1);
    expect(stdout).toContain('no link is known to be broken; the role could not be told');
  });
});

/** The document as a shell hands it to the AWS CLI. */
function documentIn(line: string): { readonly Statement: readonly unknown[] } {
  const words = line.slice(line.indexOf('--policy-document ') + '--policy-document '.length);
  const { stdout } = spawnSync('sh', ['-c', `printf %s ${words}`], { encoding: 'utf8' });
  return JSON.parse(stdout) as { readonly Statement: readonly unknown[] };
}
