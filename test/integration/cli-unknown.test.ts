import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { runCli } from '#cli/run-cli.ts';
import { applySeed } from '#sandbox/seed/apply-seed.ts';
import { seedFrom } from '#sandbox/seed/read-seed.ts';
import { type Sandbox, startSandbox } from '#sandbox/start-sandbox.ts';
import { aTerminal } from '#test/builders/a-terminal.ts';

/** What must not look clean although nothing of it differs in EKS. */

const ACCOUNT = '111122223333';
const manifest = (env: string) => `apiVersion: rolecall.dev/v1
kind: Mapping
metadata: { namespace: payments, serviceAccount: api }
spec:
  team: payments
  targets:
    - clusters: { matchLabels: { env: ${env} } }
      roleArn: "arn:{partition}:iam::{account}:role/api"
`;

let folder: string;
let sandbox: Sandbox;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rolecall-cli-'));
  await writeFile(join(folder, 'm.yaml'), manifest('prod'));
  const seed = seedFrom({
    accounts: {
      [ACCOUNT]: {
        roles: { api: { trust: 'pods.eks' } },
        regions: {
          'eu-west-1': {
            clusters: {
              'prod-1': {
                tags: { env: 'prod' },
                managedBy: 'hub',
                addons: { 'eks-pod-identity-agent': {} },
                associations: { 'payments/api': 'api' },
              },
            },
          },
        },
      },
    },
  });
  sandbox = await startSandbox({ port: 0, populate: (world) => applySeed(world, seed) });
  for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) vi.stubEnv(name, undefined);
  vi.stubEnv('AWS_CONFIG_FILE', join(folder, 'none'));
  vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', join(folder, 'none'));
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

async function check(words = '') {
  const terminal = aTerminal({ cwd: folder });
  const args = `check -f m.yaml --all-clusters --owner hub ${words}`.trim().split(' ');
  return { exitCode: await runCli(args, terminal.io), stdout: terminal.stdout() };
}

describe('what must not look clean', () => {
  it('is clean to begin with', async () => {
    const { exitCode, stdout } = await check();
    expect(stdout).toContain('Exit 0: everything is as wished');
    expect(exitCode).toBe(0);
  });

  it.each([
    { when: 'roles cannot be read', actions: ['iam:GetRole'], says: 'roleUnread' },
    { when: 'the agent cannot be read', actions: ['eks:DescribeAddon'], says: 'agentUnknown' },
  ])('exits 1 when $when', async ({ actions, says }) => {
    sandbox.world.switches.change({ deny: [{ actions }] });
    const { exitCode, stdout } = await check();
    expect(stdout).toContain(says);
    expect(exitCode).toBe(1);
  });

  it('asks for no role that it is told to leave out', async () => {
    sandbox.world.switches.change({ deny: [{ actions: ['iam:GetRole'] }] });
    expect((await check('--roles none')).exitCode).toBe(0);
  });

  it('exits 2 when the role of a wished key is gone', async () => {
    sandbox.world.iam(ACCOUNT).removeRole('api', sandbox.world.clock.now());
    const { exitCode, stdout } = await check();
    expect(stdout).toContain('! 1 with an unusable role');
    expect(exitCode).toBe(2);
  });

  it('tells a mapping that selects nothing, and does not propose to prune what it no longer selects', async () => {
    await writeFile(join(folder, 'm.yaml'), manifest('prd'));
    const { exitCode, stdout } = await check();
    expect(stdout).toContain('1 mapping selects none of these clusters: default/payments/api (m.yaml:1)');
    expect(stdout).toContain('is ours, and its mapping at m.yaml:1 does not select this cluster');
    expect(stdout).not.toMatch(/Next: .*--prune/);
    expect(exitCode).toBe(2);
  });
});
