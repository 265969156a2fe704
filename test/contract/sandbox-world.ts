import { startSandbox } from '#sandbox/start-sandbox.ts';
import type { World } from '#sandbox/world.ts';
import { createCallCounter } from '#shared/app/call-counter.ts';
import { awsReading } from '#shared/aws/aws-reading.ts';
import { EksPodIdentityWriter } from '#shared/aws/eks-pod-identity-writer.ts';
import { systemClock } from '#shared/aws/system-clock.ts';
import { AGENT_ADDON } from '#shared/ports/addons.ts';
import { POD_IDENTITY_TRUST_POLICY } from '#test/fakes/fake-roles.ts';
import { CLUSTER, type EksWorld, ROLES, type Troubled } from './eks-world.ts';

const ACTIONS: Readonly<Record<Troubled, string>> = {
  list: 'eks:ListPodIdentityAssociations',
  describe: 'eks:DescribePodIdentityAssociation',
  create: 'eks:CreatePodIdentityAssociation',
  update: 'eks:UpdatePodIdentityAssociation',
  delete: 'eks:DeletePodIdentityAssociation',
};

/** Patience for tests: what does not come back at once does not come back. */
const IMPATIENT = { throttledBudgetMs: 150, unavailableBudgetMs: 150, baseDelayMs: 5 };

/** The AWS adapters against the sandbox, as a world for contracts. */
export async function startSandboxWorld(): Promise<EksWorld> {
  const sandbox = await startSandbox({ port: 0, populate });
  const counter = createCallCounter();
  const { world } = sandbox;
  const aws = awsReading({
    clock: systemClock,
    random: () => 0.5,
    counter,
    endpoint: sandbox.url,
    region: CLUSTER.region,
    credentials: { accessKeyId: CLUSTER.account, secretAccessKey: 'any' },
    retries: IMPATIENT,
  });
  const eks = () => world.eks(CLUSTER.account, CLUSTER.region);
  const cluster = () => present(eks().cluster(CLUSTER.name));
  return {
    reader: aws.podIdentity,
    writer: new EksPodIdentityWriter(aws.eks),
    clusters: aws.clusters,
    addons: aws.addons,
    roles: aws.roles,
    caller: aws.caller,
    calls: () => counter.snapshot(),
    fill(count) {
      for (let index = 0; index < count; index += 1) {
        cluster().addAssociation(seed(`app-${index}`, 'fleet', index));
      }
    },
    addOwnedAssociation(ownerArn) {
      const association = { ...seed('ebs-csi', 'kube-system', 0), ownerArn };
      cluster().addAssociation(association);
      return association.associationId;
    },
    addAgent: () => void cluster().addAddon({ addonName: AGENT_ADDON }),
    deny: (operation) => void world.switches.change({ deny: [{ actions: [ACTIONS[operation]] }] }),
    throttle: () =>
      void world.switches.change({
        throttle: { ratePerSecond: 0.001, burst: 1, actions: [ACTIONS.describe] },
      }),
    failSecondPage: () => void world.switches.change({ failPages: { next: 1000, skip: 1 } }),
    loseNextAnswer: (operation) =>
      void world.switches.change({ loseAnswers: { next: 1, actions: [ACTIONS[operation]] } }),
    staleFor: (milliseconds) => void world.switches.change({ staleReadsMs: milliseconds }),
    passTime: (milliseconds) => world.clock.advance(milliseconds),
    calm: () => void world.switches.set({}),
    abortDuringDescribe(controller) {
      world.switches.change({ latencyMs: 60_000 });
      setImmediate(() => controller.abort());
    },
    async stop() {
      aws.close();
      await sandbox.stop();
    },
  };
}

function populate(world: World): void {
  const { account, region, name } = CLUSTER;
  world
    .eks(account, region)
    .addCluster({ name, version: '1.34', tags: { team: 'platform' }, createdAt: LONG_AGO });
  addRole(world, ROLES.accepted, POD_IDENTITY_TRUST_POLICY);
  addRole(world, ROLES.alsoAccepted, POD_IDENTITY_TRUST_POLICY);
  addRole(world, ROLES.distrusting, POD_IDENTITY_TRUST_POLICY.replace('pods.eks', 'ec2'));
}

const LONG_AGO = Date.parse('2026-01-01T00:00:00Z');

function addRole(world: World, arn: string, trustPolicy: string): void {
  const roleName = arn.slice(arn.indexOf('/') + 1);
  const role = {
    roleName,
    roleId: `AROA${roleName.toUpperCase()}`,
    path: '/',
    arn,
    createDate: LONG_AGO,
    trustPolicy,
    trustedRoleIds: {},
    maxSessionDuration: 3600,
    tags: { team: 'payments' },
    inlinePolicies: {},
    attachedPolicyArns: [],
  };
  world.iam(CLUSTER.account).putRole(role, LONG_AGO);
}

function seed(serviceAccount: string, namespace: string, index: number) {
  return {
    associationId: `a-${String(index).padStart(17, '0')}`,
    namespace,
    serviceAccount,
    roleArn: ROLES.accepted,
  };
}

function present<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('the cluster is gone');
  return value;
}
