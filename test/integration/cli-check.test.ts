import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  DescribePodIdentityAssociationCommand,
  EKSClient,
  ListPodIdentityAssociationsCommand,
} from '@aws-sdk/client-eks';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CheckReport } from '#cli/report/check-report.ts';
import { CheckReportSchema } from '#cli/report/check-report-schema.ts';
import { runCli } from '#cli/run-cli.ts';
import { applySeed } from '#sandbox/seed/apply-seed.ts';
import { seedFrom } from '#sandbox/seed/read-seed.ts';
import type { SeedInput } from '#sandbox/seed/seed-schema.ts';
import { type Sandbox, startSandbox } from '#sandbox/start-sandbox.ts';
import { aTerminal, type TerminalOptions } from '#test/builders/a-terminal.ts';

const ACCOUNT = '111122223333';

/** One cluster: as wished, another role, missing, not wished for, an add-on's, and another tool's at a wished key. */
const SEED: SeedInput = {
  accounts: {
    [ACCOUNT]: {
      roles: {
        api: { trust: 'pods.eks' },
        worker: { trust: 'pods.eks' },
        admin: { trust: 'pods.eks' },
      },
      regions: {
        'eu-west-1': {
          clusters: {
            'prod-1': {
              managedBy: 'hub',
              addons: {
                'eks-pod-identity-agent': {},
                'aws-ebs-csi-driver': { podIdentityAssociations: { 'ebs-csi-controller-sa': 'admin' } },
              },
              associations: {
                'payments/api': 'api',
                'payments/worker': 'admin',
                'payments/old': 'worker',
                'search/indexer': { role: 'admin', managedBy: 'none', tags: { 'managed-by': 'terraform' } },
              },
            },
          },
        },
      },
    },
  },
};

const mapping = (key: string, role: string) => {
  const [namespace, serviceAccount] = key.split('/');
  return `apiVersion: rolecall.dev/v1
kind: Mapping
metadata: { namespace: ${namespace}, serviceAccount: ${serviceAccount} }
spec:
  team: payments
  targets: [{ clusters: all, roleArn: "arn:{partition}:iam::{account}:role/${role}" }]
`;
};
const MANIFESTS = [
  mapping('payments/api', 'api'),
  mapping('payments/worker', 'worker'),
  mapping('payments/refunds', 'worker'),
  mapping('search/indexer', 'worker'),
].join('---\n');

let folder: string;
let sandbox: Sandbox;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rolecall-cli-'));
  await writeFile(join(folder, 'mappings.yaml'), MANIFESTS);
  sandbox = await startSandbox({ port: 0, populate: (world) => applySeed(world, seedFrom(SEED)) });
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

async function rolecall(words: string, options: TerminalOptions = {}) {
  const terminal = aTerminal({ cwd: folder, ...options });
  const exitCode = await runCli(words.split(' '), terminal.io);
  return { exitCode, stdout: terminal.stdout(), stderr: terminal.stderr(), asked: terminal.asked };
}

async function report(words: string): Promise<CheckReport> {
  const { stdout, stderr } = await rolecall(`${words} -o json`);
  if (stdout === '') throw new Error(stderr);
  return CheckReportSchema.parse(JSON.parse(stdout));
}

const CHECK = 'check -f mappings.yaml --cluster prod-1 --owner hub';

/** What another client sees on the cluster: key to role name. */
async function bindings(): Promise<Record<string, string>> {
  const credentials = { accessKeyId: ACCOUNT, secretAccessKey: 'any' };
  const eks = new EKSClient({ endpoint: sandbox.url, region: 'eu-west-1', credentials });
  const clusterName = 'prod-1';
  try {
    const { associations = [] } = await eks.send(new ListPodIdentityAssociationsCommand({ clusterName }));
    const found = associations.map(async ({ associationId, namespace, serviceAccount }) => {
      const { association } = await eks.send(
        new DescribePodIdentityAssociationCommand({ clusterName, associationId }),
      );
      return [`${namespace}/${serviceAccount}`, association?.roleArn?.split('/').at(-1) ?? ''] as const;
    });
    return Object.fromEntries((await Promise.all(found)).sort());
  } finally {
    eks.destroy();
  }
}

const mutations = () => sandbox.world.trail.latestSequence();

describe('rolecall check', () => {
  it('says what differs, writes nothing, and exits 2', async () => {
    const { exitCode, stdout, stderr } = await rolecall(CHECK);
    expect(stderr).toBe('');
    expect(stdout).toBe(`1 of 1 cluster read
  + 1 to create   ~ 1 to change in place   ! 1 in conflict   1 held   1 as wished, 1 somebody else's

prod-1  111122223333 eu-west-1, 5 associations
  !  search/indexer    managed by terraform; role is admin, should be worker
  -  payments/old      held, prune is off: role worker (is ours and no mapping wishes for it)
  +  payments/refunds  role worker (there is no association)  pods: restart
  ~  payments/worker   role admin -> worker                   pods: switch <=6h

  pods: switch <=6h  1 key  running pods keep old credentials for up to 6 h; restart them to switch now
  pods: restart      1 key  running pods get credentials only when they are re-created

Held
  1 step  nothing is deleted unless --prune says so  add --repair --prune --owner NAME, or wish for it in a mapping

Findings  they do not count, unless --strict is given
  !  addonOwned  kube-system/ebs-csi-controller-sa on prod-1  run by add-on aws-ebs-csi-driver: change it with the add-on, not here

Exit 2: 4 keys differ. Next: rolecall check -f mappings.yaml --cluster prod-1 --owner hub --repair
`);
    expect(exitCode).toBe(2);
    expect(mutations()).toBe(0);
  });

  it('reads as the installation of the environment, says so, and writes only as one that is named', async () => {
    const env = { ROLECALL_INSTALLATION: 'hub' };
    const named = await rolecall(CHECK);
    const words = CHECK.replace(' --owner hub', '');
    expect(await rolecall(words, { env })).toEqual({
      ...named,
      stderr:
        'Read as the installation hub, which ROLECALL_INSTALLATION names: what bears its tag is ours. --owner says otherwise.\n',
    });
    expect((await rolecall(`${words} --quiet`, { env })).stderr).toBe('');
    const explained = await rolecall('explain -f mappings.yaml --cluster prod-1 payments/worker', { env });
    expect(explained.stdout).toContain('--cluster prod-1 --region eu-west-1 --owner hub --repair');
    const { exitCode, stderr } = await rolecall(`${words} --repair --yes`, { env });
    expect({ exitCode, stderr }).toEqual({
      exitCode: 1,
      stderr:
        'error: --repair wants an --owner that you name: ROLECALL_INSTALLATION (hub) is only taken for reading\n' +
        '  add --owner hub to write as that installation, or --owner rolecall to leave what is its alone\n',
    });
    expect(mutations()).toBe(0);
  });

  it('tells programs the same, in the documented form', async () => {
    const { clusters, summary, exitCode } = await report(CHECK);
    expect(exitCode).toBe(2);
    expect(summary.clusters).toMatchObject({ total: 1, differs: 1 });
    expect(clusters[0]?.calls).toMatchObject({
      'eks:ListPodIdentityAssociations': 1,
      'eks:DescribePodIdentityAssociation': 5,
      'eks:DescribeCluster': 1,
      'eks:DescribeAddon': 1,
      'iam:GetRole': 2,
    });
    expect(clusters[0]?.decisions.find(({ serviceAccount }) => serviceAccount === 'worker')).toMatchObject({
      decision: 'update',
      drift: ['roleDrift'],
      podEffect: 'within6h',
      changes: [
        { field: 'roleArn', from: expect.stringContaining('admin'), to: expect.stringContaining('worker') },
      ],
    });
  });

  it('names the keys that differ, and speaks YAML', async () => {
    const names =
      'prod-1/payments/old\nprod-1/payments/refunds\nprod-1/payments/worker\nprod-1/search/indexer\n';
    expect((await rolecall(`${CHECK} -o name`)).stdout).toBe(names);
    expect((await rolecall(`${CHECK} -o yaml`)).stdout).toMatch(
      /^apiVersion: rolecall.dev\/v1\nkind: CheckReport\n/,
    );
  });

  it('counts findings when strict', async () => {
    await rolecall(`${CHECK} --repair --prune --yes`);
    await writeFile(join(folder, 'mappings.yaml'), MANIFESTS.split('---\n').slice(0, 3).join('---\n'));
    expect((await rolecall(CHECK)).exitCode).toBe(0);
    expect((await rolecall(`${CHECK} --strict`)).exitCode).toBe(2);
  });

  it('calls nothing clean that it cannot read', async () => {
    sandbox.world.switches.set({ deny: [{ actions: ['eks:ListPodIdentityAssociations'] }] });
    const { exitCode, stdout } = await rolecall(CHECK);
    expect(exitCode).toBe(1);
    expect(stdout).toContain('1 of 1 cluster read, 1 only in part\n  ? 4 unknown   0 as wished\n');
    expect(stdout).toContain('have the action named above allowed');
  });

  it('says which cluster was meant, perhaps', async () => {
    const { exitCode, stdout } = await rolecall('check -f mappings.yaml --cluster prod1');
    expect(exitCode).toBe(1);
    expect(stdout).toContain(
      'there is no cluster prod1 in account 111122223333, eu-west-1: did you mean prod-1?',
    );
  });

  it('does not call an empty region clean', async () => {
    const { exitCode, stderr } = await rolecall('check -f mappings.yaml --all-clusters --region us-east-1');
    expect(exitCode).toBe(1);
    expect(stderr).toBe(
      'error: there is no cluster in 111122223333, us-east-1\n  check --region and --profile\n',
    );
  });

  it('says what can be done about an endpoint that nobody answers at', async () => {
    vi.stubEnv('AWS_ENDPOINT_URL', 'http://127.0.0.1:9');
    const { exitCode, stderr } = await rolecall(CHECK);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/ECONNREFUSED.*check the region, the network, and the endpoint/);
  });

  it('says what can be done without credentials', async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', undefined);
    vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
    const { exitCode, stderr } = await rolecall(CHECK);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('sign in (aws sso login, AWS_PROFILE, AWS_ACCESS_KEY_ID)');
  });

  it('describes nothing a second time that its memory answers for', async () => {
    const remembered = `${CHECK} --memory memory.json --verify membership`;
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() });
    const first = await report(remembered);
    const second = await report(remembered);
    vi.useRealTimers();
    expect(first.clusters[0]?.calls['eks:DescribePodIdentityAssociation']).toBe(5);
    expect(second.clusters[0]?.calls['eks:DescribePodIdentityAssociation']).toBe(3);
    expect(second.summary.keys).toEqual(first.summary.keys);
    expect(await readFile(join(folder, 'memory.json'), 'utf8')).toContain('rolecall.dev/memory/v1');
  });

  it('stops when told to, and says what was done', async () => {
    const stop = new AbortController();
    sandbox.world.switches.set({ latencyMs: 60_000 });
    const running = rolecall(CHECK, { signal: stop.signal });
    stop.abort();
    const { exitCode, stderr } = await running;
    expect(exitCode).toBe(1);
    expect(stderr).toContain('error: stopped, before any cluster was looked at: nothing was changed');
  });

  it('gives up when its time is over', async () => {
    sandbox.world.switches.set({ latencyMs: 60_000 });
    const { exitCode, stderr } = await rolecall(`${CHECK} --timeout 0.2`);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('gave up after 0.2 s (--timeout)');
  });
});

describe('rolecall check --repair', () => {
  it('shows the plan, asks, and takes exactly its steps after a yes', async () => {
    const { exitCode, stdout, asked } = await rolecall(`${CHECK} --repair`, { isTTY: true, answers: ['y'] });
    expect(asked).toEqual(['Make these 2 changes on 1 cluster? [y/N] ']);
    expect(stdout).toContain('  + 1 to create   ~ 1 to change in place');
    expect(stdout).toContain('  + 1 created   ~ 1 changed in place   2 differences remain\n');
    expect(stdout).toContain('  ~  payments/worker   changed: role admin → worker');
    // What --prune would delete, and what is Terraform's.
    expect(exitCode).toBe(2);
    expect(await bindings()).toEqual({
      'kube-system/ebs-csi-controller-sa': 'admin',
      'payments/api': 'api',
      'payments/old': 'worker',
      'payments/refunds': 'worker',
      'payments/worker': 'worker',
      'search/indexer': 'admin',
    });
  });

  it.each([{ answers: ['n'] }, { answers: [''] }, { answers: [] }])(
    'does nothing after $answers',
    async ({ answers }) => {
      const { exitCode, stderr } = await rolecall(`${CHECK} --repair`, { isTTY: true, answers });
      expect(exitCode).toBe(1);
      expect(stderr).toContain('Nothing was changed.');
      expect(mutations()).toBe(0);
    },
  );

  it('refuses where nobody can be asked, and says so', async () => {
    const { exitCode, stdout, stderr } = await rolecall(`${CHECK} --repair`);
    expect(exitCode).toBe(1);
    expect(stdout).toContain('1 to change in place');
    expect(stderr).toContain('there is no terminal on which somebody could approve the plan');
    expect(stderr).toContain('add --yes');
    expect(mutations()).toBe(0);
  });

  it('deletes with --prune what bears the tag of the owner, and nothing else', async () => {
    const { exitCode, stdout } = await rolecall(`${CHECK} --repair --prune --yes`);
    expect(stdout).toContain('  - 1 deleted   + 1 created   ~ 1 changed in place   1 difference remains\n');
    expect(exitCode).toBe(2);
    expect(Object.keys(await bindings())).toEqual([
      'kube-system/ebs-csi-controller-sa',
      'payments/api',
      'payments/refunds',
      'payments/worker',
      'search/indexer',
    ]);
  });

  it('takes nothing of another owner for its own', async () => {
    const other = CHECK.replace('--owner hub', '--owner other');
    const { stdout } = await rolecall(`${other} --repair --prune --yes`);
    expect(stdout).toContain('payments/old');
    expect(await bindings()).toMatchObject({ 'payments/old': 'worker', 'payments/worker': 'admin' });
  });

  it('is held by the brake when nobody saw the plan', async () => {
    const { exitCode, stdout } = await rolecall(`${CHECK} --repair --prune --yes --max-changes 1`);
    expect(exitCode).toBe(2);
    expect(stdout).toContain('held, past the brake');
    expect(stdout).toContain('leave out --yes to look at the plan and approve it, or raise --max-changes');
    const now = await bindings();
    const changed = [now['payments/old'] === undefined, now['payments/worker'] === 'worker'];
    expect(changed.filter(Boolean)).toHaveLength(1);
    // A create takes nothing from anybody.
    expect(now['payments/refunds']).toBe('worker');
  });

  it('prints one document with the outcomes, and the plan beside it', async () => {
    const terminal = { isTTY: true, answers: ['yes'] };
    const { stdout, stderr } = await rolecall(`${CHECK} --repair -o json`, terminal);
    const { summary, clusters } = CheckReportSchema.parse(JSON.parse(stdout));
    expect(summary.repair).toEqual({
      create: 1,
      update: 1,
      adopt: 0,
      takeOver: 0,
      delete: 0,
      failed: 0,
      remaining: 2,
    });
    expect(clusters[0]?.decisions.filter(({ outcome }) => outcome?.kind === 'applied')).toHaveLength(2);
    expect(stderr).toContain('1 to change in place');
  });

  it('exits 0 when everything of ours is right, and has nothing to ask', async () => {
    await writeFile(join(folder, 'mappings.yaml'), mapping('payments/api', 'api'));
    await rolecall(`${CHECK} --repair --prune --yes`);
    const { exitCode, stdout, asked } = await rolecall(`${CHECK} --repair`, { isTTY: true });
    expect({ exitCode, asked }).toEqual({ exitCode: 0, asked: [] });
    expect(stdout).toContain('Exit 0: everything of ours is right');
  });

  it('says what AWS refused', async () => {
    await writeFile(join(folder, 'mappings.yaml'), mapping('payments/new', 'nowhere'));
    const { exitCode, stdout } = await rolecall(`${CHECK} --repair --yes`);
    expect(exitCode).toBe(2);
    expect(stdout).toContain('not created: the role arn:aws:iam::111122223333:role/nowhere does not exist');
  });

  it('stops in the middle when told to, and says what was made and stays', async () => {
    const stop = new AbortController();
    const forget = sandbox.world.trail.subscribe(() => {
      // The first write is made; its answer does not come any more.
      sandbox.world.switches.set({ latencyMs: 60_000 });
      stop.abort();
    });
    const { exitCode, stderr } = await rolecall(`${CHECK} --repair --yes --concurrency 1`, {
      signal: stop.signal,
    });
    expect(exitCode).toBe(1);
    expect(stderr).toContain(
      'error: stopped, with 1 of 1 cluster checked: no change was confirmed; 1 change under way may have been made, too: 111122223333/eu-west-1/prod-1 payments/refunds',
    );
    expect(stderr).toContain('run the same command again: it finds out what is left');
    forget();
    sandbox.world.switches.set({});
    expect((await rolecall(`${CHECK} --repair --prune --yes`)).stdout).toContain('1 difference remains');
  });

  it('shows the plan where it asks, when the data goes elsewhere', async () => {
    const person = { isTTY: true, pipedOut: true, answers: ['n'] };
    const { exitCode, stdout, stderr, asked } = await rolecall(`${CHECK} --repair -q`, person);
    expect(asked).toHaveLength(1);
    expect(stderr).toContain('1 to change in place');
    expect(stdout).toBe('');
    expect(exitCode).toBe(1);
  });

  it('accounts for every write when it is stopped among many', async () => {
    const many = Array.from({ length: 40 }, (_, index) => mapping(`batch/job-${index}`, 'worker'));
    await writeFile(join(folder, 'mappings.yaml'), many.join('---\n'));
    const stop = new AbortController();
    sandbox.world.switches.set({ latencyMs: 20 });
    const forget = sandbox.world.trail.subscribe(() => {
      if (mutations() === 12) stop.abort();
    });
    const { stderr } = await rolecall(`${CHECK} --repair --yes --concurrency 5`, { signal: stop.signal });
    forget();
    sandbox.world.switches.set({});
    const created = Object.keys(await bindings()).filter((key) => key.startsWith('batch/')).length;
    const made = Number(/(\d+) changes? made/.exec(stderr)?.[1] ?? 0);
    const perhaps = Number(/(\d+) changes? under way/.exec(stderr)?.[1] ?? 0);
    expect(created).toBeGreaterThanOrEqual(12);
    expect(created).toBeLessThan(40);
    expect(made).toBeLessThanOrEqual(created);
    expect(made + perhaps).toBeGreaterThanOrEqual(created);
    expect(made).toBeGreaterThan(0);
  });
});
