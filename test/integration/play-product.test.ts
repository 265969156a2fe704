import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  CreateClusterCommand,
  CreatePodIdentityAssociationCommand,
  DeletePodIdentityAssociationCommand,
  DescribePodIdentityAssociationCommand,
  EKSClient,
  ListPodIdentityAssociationsCommand,
  UpdatePodIdentityAssociationCommand,
} from '@aws-sdk/client-eks';
import { IAMClient, UpdateAssumeRolePolicyCommand } from '@aws-sdk/client-iam';
import { describe, expect, inject, it, onTestFinished } from 'vitest';
import type { PlayedGraph, TemplateStacks } from '#sandbox/play/play-graph.ts';
import { aFolder } from '#test/builders/a-cloud.ts';
import { aPlayedGraph, named, type PlayChanges } from '#test/builders/a-played-graph.ts';
import { putRole } from '#test/builders/running-sandbox.ts';
import { aWorld, PODS_TRUST } from '#test/builders/sandbox-call.ts';
import { ROOT } from '#test/graph/product-app.ts';

const HUB = '111122223333';
const SPOKE = '444455556666';

const folder = inject('productSynthesis');

const SPOKES: TemplateStacks = {
  file: join(ROOT, 'stacks', 'spoke.yaml'),
  accounts: [HUB, SPOKE],
  regions: ['eu-west-1', 'us-east-1'],
  parameters: {
    HubAccount: HUB,
    Installation: 'sandbox',
    ExternalId: 'rolecall-sandbox',
    PassableRoles: 'app',
  },
};

const play = (changes: PlayChanges = {}) => aPlayedGraph(folder, { stacks: [SPOKES], ...changes });

function clientsOf({ url }: PlayedGraph, account: string) {
  const credentials = { accessKeyId: account, secretAccessKey: 'any' };
  const config = { endpoint: url, region: 'eu-west-1', credentials, maxAttempts: 1 };
  const clients = { eks: new EKSClient(config), iam: new IAMClient({ ...config, region: 'us-east-1' }) };
  onTestFinished(() => {
    for (const client of Object.values(clients)) client.destroy();
  });
  return clients;
}

const aCluster = (account: string) =>
  new CreateClusterCommand({
    name: 'c1',
    roleArn: `arn:aws:iam::${account}:role/any`,
    resourcesVpcConfig: { subnetIds: ['subnet-1'] },
  });

function invocations({ cloud, graph }: PlayedGraph, name: string): number {
  const FunctionName = named(graph.functions, name).functionName;
  return cloud.metrics
    .list('AWS/Lambda')
    .filter((metric) => metric.name === 'Invocations' && metric.dimensions['FunctionName'] === FunctionName)
    .reduce((sum, metric) => sum + metric.sum, 0);
}

async function associationsOf(eks: EKSClient) {
  const { associations = [] } = await eks.send(new ListPodIdentityAssociationsCommand({ clusterName: 'c1' }));
  return Promise.all(
    associations.map(async ({ clusterName, associationId }) => {
      const input = { clusterName, associationId };
      return (await eks.send(new DescribePodIdentityAssociationCommand(input))).association;
    }),
  );
}

/** The command line, as an operator of the hub runs it. */
async function rolecall({ url }: PlayedGraph, ...words: readonly string[]): Promise<string> {
  const args = [...words, '--installation', 'sandbox', '--region', 'eu-west-1'];
  const { stdout } = await promisify(execFile)(process.execPath, [join(ROOT, 'cli', 'main.ts'), ...args], {
    env: { PATH: '', AWS_ENDPOINT_URL: url, AWS_ACCESS_KEY_ID: HUB, AWS_SECRET_ACCESS_KEY: 'any' },
  });
  return stdout;
}

/** First contact with a cluster is observe-only; somebody has decided since that this one is enforced. */
const enforce = (played: PlayedGraph) =>
  rolecall(played, 'mode', 'enforce', 'c1', '--yes', '--reason', 'OPS-7');

async function loadManifests(played: PlayedGraph, ...documents: readonly object[]): Promise<void> {
  const file = join(aFolder(), 'manifests.json');
  const texts = documents.map((document) => JSON.stringify({ apiVersion: 'rolecall.dev/v1', ...document }));
  writeFileSync(file, texts.join('\n---\n'));
  await rolecall(played, 'registry', 'load', '-f', file, '--yes');
}

const aMapping = (roleArn: string) => ({
  kind: 'Mapping',
  metadata: { namespace: 'payments', serviceAccount: 'api' },
  spec: { team: 'payments', mode: 'enforce', targets: [{ clusters: { names: ['c1'] }, roleArn }] },
});

/** What went wrong anywhere: nothing of it may ever happen by itself. */
const troubles = ({ cloud }: PlayedGraph) =>
  cloud.journal
    .entries()
    .filter(({ kind }) => ['denied', 'dropped', 'deadLettered', 'crashed'].includes(kind));

describe("the product's graph", () => {
  it.each([
    { where: 'the hub', account: HUB },
    { where: 'a spoke account', account: SPOKE },
  ])(
    'follows a new cluster in $where through every function, by its own permissions alone',
    async ({ account }) => {
      const played = await play();
      await clientsOf(played, account).eks.send(aCluster(account));
      await played.quiet();
      await played.cloud.advance(60_000);
      for (const name of [
        'DetectDriftFunction',
        'EnrolClusterFunction',
        'DispatchOutboxFunction',
        'ReconcileAssociationsFunction',
      ]) {
        expect.soft(invocations(played, name), name).toBeGreaterThan(0);
      }
      expect(troubles(played)).toEqual([]);
      expect(played.cloud.metrics.total('AWS/Lambda', 'Errors')).toBe(0);
      expect([...played.cloud.queues.values()].flatMap((queue) => queue.peek())).toEqual([]);
    },
  );

  it('hears of roles by way of us-east-1, and of a rogue association by way of its own region', async () => {
    const played = await play();
    const { eks, iam } = clientsOf(played, SPOKE);
    const roleArn = putRole(played.world.iam(SPOKE), 'app');
    await eks.send(aCluster(SPOKE));
    await played.cloud.advance(60_000);
    const before = invocations(played, 'DetectDriftFunction');
    await iam.send(new UpdateAssumeRolePolicyCommand({ RoleName: 'app', PolicyDocument: PODS_TRUST }));
    await played.quiet();
    expect(invocations(played, 'DetectDriftFunction')).toBe(before + 1);
    await eks.send(
      new CreatePodIdentityAssociationCommand({
        clusterName: 'c1',
        namespace: 'payments',
        serviceAccount: 'api',
        roleArn,
      }),
    );
    await played.quiet();
    expect(invocations(played, 'DetectDriftFunction')).toBe(before + 2);
    expect(troubles(played)).toEqual([]);
  });

  it('puts back a role that was swapped, and makes a deleted association again, by its own permissions', async () => {
    const played = await play();
    const { eks } = clientsOf(played, SPOKE);
    const roleArn = putRole(played.world.iam(SPOKE), 'app');
    const other = putRole(played.world.iam(SPOKE), 'other');
    await eks.send(aCluster(SPOKE));
    await played.quiet();
    await enforce(played);
    await loadManifests(played, aMapping(roleArn));
    await played.quiet();
    const [made] = await associationsOf(eks);
    expect(made?.roleArn).toBe(roleArn);

    const { clusterName, associationId } = made ?? {};
    // Past the time in which a difference may be EKS's own lag.
    await played.cloud.advance(60_000);
    await eks.send(new UpdatePodIdentityAssociationCommand({ clusterName, associationId, roleArn: other }));
    await played.quiet();
    expect(await associationsOf(eks)).toEqual([expect.objectContaining({ associationId, roleArn })]);

    await played.cloud.advance(60_000);
    await eks.send(new DeletePodIdentityAssociationCommand({ clusterName, associationId }));
    await played.quiet();
    expect(await associationsOf(eks)).toEqual([
      expect.objectContaining({ namespace: 'payments', serviceAccount: 'api', roleArn }),
    ]);
    expect(troubles(played)).toEqual([]);
  });

  it.each([
    { how: 'by command', rule: undefined },
    {
      how: 'by a rule',
      rule: {
        kind: 'EnrolmentRule',
        metadata: { name: 'spoke' },
        spec: { priority: 10, clusters: { accounts: [SPOKE] }, mode: 'enforce' },
      },
    },
  ])(
    'enrols a cluster that was there before, and enforces it $how, by its own permissions',
    async ({ rule }) => {
      const world = aWorld();
      // No event ever told of it.
      world.eks(SPOKE, 'eu-west-1').addCluster({ name: 'c1' });
      const played = await play({ world });
      const { eks } = clientsOf(played, SPOKE);
      const roleArn = putRole(world.iam(SPOKE), 'app');
      await loadManifests(played, aMapping(roleArn), ...(rule ? [rule] : []));
      expect(await rolecall(played, 'get', 'clusters', '-o', 'name')).toBe('');

      const asked = ['enrol', '--account', SPOKE, '--in-region', 'eu-west-1', '-o', 'json'];
      const mode = rule ? { mode: 'enforce', rule: 'spoke' } : { mode: 'observe' };
      expect(JSON.parse(await rolecall(played, ...asked))).toMatchObject({
        items: [{ cluster: 'c1', state: 'enrolled', ...mode }],
      });
      await played.quiet();
      if (!rule) {
        expect(await associationsOf(eks)).toEqual([]);
        await enforce(played);
        await played.quiet();
      }
      expect(await associationsOf(eks)).toEqual([
        expect.objectContaining({ namespace: 'payments', serviceAccount: 'api', roleArn }),
      ]);
      expect(troubles(played)).toEqual([]);
    },
  );

  it('tells an account that does not let the hub in from one without clusters', async () => {
    const played = await play();
    const asked = ['enrol', '--in-region', 'eu-west-1', '--no-wait'];
    await rolecall(played, ...asked, '--account', SPOKE);
    await rolecall(played, ...asked, '--account', '777788889999');
    await played.quiet();
    const { items } = JSON.parse(await rolecall(played, 'get', 'enrolments', '-o', 'json')) as {
      items: readonly { readonly account: string; readonly state: string; readonly code?: string }[];
    };
    expect(items.map(({ account, state, code }) => ({ account, state, code }))).toEqual(
      expect.arrayContaining([
        { account: SPOKE, state: 'empty', code: undefined },
        { account: '777788889999', state: 'unreadable', code: 'aws.accessDenied' },
      ]),
    );
  });

  it('hears nothing of an account that the bus does not let in, which keeps the event as a dead letter', async () => {
    const played = await play({
      plant: ({ busPolicies }) => {
        named(busPolicies, 'InboundBusPolicy').policy.Statement = [];
      },
    });
    await clientsOf(played, SPOKE).eks.send(aCluster(SPOKE));
    await played.quiet();
    const letters = played.cloud.queues.get(`arn:aws:sqs:eu-west-1:${SPOKE}:rolecall-sandbox-undelivered`);
    expect(letters?.peek().map(({ attributes }) => attributes['ERROR_CODE']?.stringValue)).toEqual([
      'NO_PERMISSIONS',
    ]);
    const [denied] = played.cloud.journal.entries('denied');
    expect(denied?.text).toContain(
      `"Principal":{"AWS":"arn:aws:iam::${SPOKE}:role/rolecall-sandbox-spoke-events"}`,
    );
    expect(invocations(played, 'DetectDriftFunction')).toBe(0);
  });

  it.each([
    { when: 'a parameter is missing', parameters: {}, problem: 'HubAccount: it has no value' },
    {
      when: 'every role could be passed',
      parameters: { ...SPOKES.parameters, PassableRoles: '*' },
      problem: 'PassableRoles: "*" does not match',
    },
    {
      when: 'the template has no such parameter',
      parameters: { ...SPOKES.parameters, Stage: 'x' },
      problem: 'Stage: the template has no such parameter',
    },
  ])('is not played when $when', async ({ parameters, problem }) => {
    await expect(play({ stacks: [{ ...SPOKES, parameters }] })).rejects.toThrow(problem);
  });
});
