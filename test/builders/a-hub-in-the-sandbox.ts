import { join } from 'node:path';
import {
  CreateClusterCommand,
  DeleteClusterCommand,
  DeletePodIdentityAssociationCommand,
  DescribePodIdentityAssociationCommand,
  EKSClient,
  ListPodIdentityAssociationsCommand,
  type PodIdentityAssociation,
  UpdatePodIdentityAssociationCommand,
} from '@aws-sdk/client-eks';
import { inject, onTestFinished } from 'vitest';
import type { TrailEvent } from '#sandbox/cloudtrail/trail.ts';
import type { BusEvent } from '#sandbox/eventbridge/event.ts';
import type { LambdaFunction } from '#sandbox/lambda/function.ts';
import type { PlayedGraph, TemplateStacks } from '#sandbox/play/play-graph.ts';
import type { Queue } from '#sandbox/sqs/queue.ts';
import { changeMode } from '#shared/app/registry/change-mode.ts';
import { loadManifests } from '#shared/app/registry/load-manifests.ts';
import type { RegistryDeps } from '#shared/app/registry/registry-deps.ts';
import type { Mode } from '#shared/domain/mode.ts';
import type { AssociationItem } from '#shared/domain/registry/association-item.ts';
import type { AuditAction, WrittenAuditEntry } from '#shared/domain/registry/audit-entry.ts';
import { withRules } from '#shared/domain/registry/enrolment-rules.ts';
import type { FindingItem } from '#shared/domain/registry/finding.ts';
import { type FunctionName, METRIC, METRIC_NAMESPACE, physicalName } from '#shared/runtime/names.ts';
import { ROOT } from '#test/graph/product-app.ts';
import { aMapping, aTarget } from './a-mapping.ts';
import { aPlayedGraph, type PlayChanges } from './a-played-graph.ts';
import { aPlayedRegistry } from './a-played-registry.ts';
import { putRole } from './running-sandbox.ts';
import { aWorld } from './sandbox-call.ts';

export const HUB = '111122223333';
export const SPOKE = '444455556666';
export const REGION = 'eu-west-1';
export const INSTALLATION = 'sandbox';
export const CLUSTER_ARN = `arn:aws:eks:${REGION}:${SPOKE}:cluster/c1`;
export const API = { namespace: 'payments', serviceAccount: 'api' } as const;
/** The role that the mapping wants, one that somebody else might want, and one that nobody may pass. */
export const RIGHT_ROLE = `arn:aws:iam::${SPOKE}:role/app-right`;
export const WRONG_ROLE = `arn:aws:iam::${SPOKE}:role/app-wrong`;

export const SPOKES: TemplateStacks = {
  file: join(ROOT, 'stacks', 'spoke.yaml'),
  accounts: [HUB, SPOKE],
  regions: [REGION, 'us-east-1'],
  parameters: {
    HubAccount: HUB,
    Installation: INSTALLATION,
    ExternalId: `rolecall-${INSTALLATION}`,
    PassableRoles: 'app-*',
  },
};

/** A person's words for why: they end up in the audit. */
export const ASKED = { by: 'alice', why: 'OPS-7' } as const;

/**
 * The product's own graph, played from its real zips: `c1` in a spoke account is enrolled and enforced, and its
 * `payments/api` has the role `app-right`. It is a minute later, so that a change is no echo of that.
 */
export async function aHubInTheSandbox(changes: PlayChanges = {}): Promise<HubInTheSandbox> {
  const { world = aWorld() } = changes;
  putRole(world.iam(SPOKE), 'app-right');
  putRole(world.iam(SPOKE), 'app-wrong');
  const played = await aPlayedGraph(inject('productSynthesis'), { world, stacks: [SPOKES], ...changes });
  const hub = new HubInTheSandbox(played);
  onTestFinished(() => hub.close());
  await hub.enrolAndLoad();
  await played.cloud.advance(60_000);
  hub.beginCounting();
  return hub;
}

export class HubInTheSandbox {
  readonly played: PlayedGraph;
  readonly registry: RegistryDeps;
  /** Somebody's own client in the spoke account, who may do everything there. */
  readonly eks: EKSClient;
  #since = 0;

  constructor(played: PlayedGraph) {
    this.played = played;
    this.registry = aPlayedRegistry(played, { account: HUB, region: REGION, installation: INSTALLATION });
    const credentials = { accessKeyId: SPOKE, secretAccessKey: 'any' };
    this.eks = new EKSClient({ endpoint: played.url, region: REGION, credentials, maxAttempts: 1 });
  }

  close(): void {
    this.eks.destroy();
  }

  /** By an enrolment rule that lets everything be enforced, as the registry has it. */
  async enrolAndLoad(): Promise<void> {
    const { registry, clock, newId } = this.registry;
    const at = clock.now();
    const rule = { name: 'everything', priority: 1, clusters: 'all', mode: 'enforce' } as const;
    await registry.commit({ id: newId(), at, put: [withRules(undefined, [rule], { ...ASKED, at })] });
    const mapping = aMapping({ targets: [aTarget({ roleArn: RIGHT_ROLE })] });
    await loadManifests(this.registry, [mapping], ASKED);
    await this.createCluster();
    await this.played.quiet();
  }

  private async createCluster(): Promise<void> {
    await this.eks.send(
      new CreateClusterCommand({
        name: 'c1',
        roleArn: `arn:aws:iam::${SPOKE}:role/cluster`,
        resourcesVpcConfig: { subnetIds: ['subnet-1'] },
      }),
    );
  }

  /** Somebody deletes the cluster, and makes another of that name a minute later. */
  async remakeCluster(): Promise<void> {
    await this.eks.send(new DeleteClusterCommand({ name: 'c1' }));
    await this.played.cloud.advance(60_000);
    await this.createCluster();
  }

  /** Somebody lowers the cluster's mode and raises it again, which brings a look at all of it. */
  async lookAtAll(): Promise<void> {
    await this.changeModes('enforce', 'observe', 'enforce');
  }

  /** Somebody gives the cluster, which has the first of the modes, each of the others in turn. */
  async changeModes(...modes: readonly [Mode, ...Mode[]]): Promise<void> {
    const [item] = await this.registry.registry.get([{ type: 'cluster', clusterArn: CLUSTER_ARN }]);
    if (!item) throw new Error('c1 is not enrolled');
    const { arn: clusterArn, createdAt } = item.cluster;
    for (const [index, to] of modes.slice(1).entries()) {
      const change = { clusterArn, createdAt, from: modes[index] ?? to, to };
      const answer = await changeMode(this.registry, change, ASKED);
      if (answer !== 'changed') throw new Error(`the mode: ${answer}`);
    }
    await this.played.quiet();
  }

  /** What is written to AWS from now on is told by `writes`. */
  beginCounting(): void {
    this.#since = this.played.world.trail.latestSequence();
  }

  /** CloudTrail's events since counting began, oldest first. */
  events(): readonly TrailEvent[] {
    return this.played.world.trail.events({ since: this.#since }).map(({ event }) => event);
  }

  /** What Rolecall wrote to EKS since counting began, and how it was refused where it was. */
  writes(): readonly string[] {
    const writer = `:assumed-role/${physicalName(INSTALLATION, 'spoke-write')}/`;
    return this.events()
      .filter(
        ({ source, detail }) => source === 'aws.eks' && String(detail.userIdentity['arn']).includes(writer),
      )
      .map(({ detail }) => (detail.errorCode ? `${detail.eventName} ${detail.errorCode}` : detail.eventName));
  }

  /** Every association of `c1`, whole. */
  async associations(): Promise<readonly PodIdentityAssociation[]> {
    const { associations = [] } = await this.eks.send(
      new ListPodIdentityAssociationsCommand({ clusterName: 'c1' }),
    );
    return await Promise.all(
      associations.map(async ({ clusterName, associationId }) => {
        const input = { clusterName, associationId };
        const { association } = await this.eks.send(new DescribePodIdentityAssociationCommand(input));
        if (!association) throw new Error(`${associationId} is listed and cannot be read`);
        return association;
      }),
    );
  }

  /** The association of `payments/api`. Throws when there is none. */
  async association(): Promise<PodIdentityAssociation & { readonly associationId: string }> {
    const found = (await this.associations()).find(({ serviceAccount }) => serviceAccount === 'api');
    if (found?.associationId === undefined) throw new Error('payments/api has no association');
    return { ...found, associationId: found.associationId };
  }

  /** Somebody gives `payments/api` another role. */
  async swapRole(roleArn: string = WRONG_ROLE): Promise<void> {
    const { associationId } = await this.association();
    await this.eks.send(
      new UpdatePodIdentityAssociationCommand({ clusterName: 'c1', associationId, roleArn }),
    );
  }

  async deleteAssociation(): Promise<void> {
    const { associationId } = await this.association();
    await this.eks.send(new DeletePodIdentityAssociationCommand({ clusterName: 'c1', associationId }));
  }

  /** Somebody does something of which no event arrives; answers the event, to be delivered when the test wants it. */
  async unheard(act: () => Promise<void>): Promise<TrailEvent> {
    const { cloud, world } = this.played;
    const since = world.trail.latestSequence();
    cloud.chaos.set({ trail: { lose: 1 } });
    await act();
    cloud.chaos.set({});
    const [first] = world.trail.events({ since });
    if (!first) throw new Error('nothing was done');
    return first.event;
  }

  /** What the registry holds of `payments/api`. */
  async item(): Promise<AssociationItem | undefined> {
    const { registry } = this.registry;
    const [cluster] = await registry.get([{ type: 'cluster', clusterArn: CLUSTER_ARN }]);
    if (!cluster) return undefined;
    const clusterCreatedAt = cluster.cluster.createdAt;
    const [item] = await registry.get([
      { type: 'association', clusterArn: CLUSTER_ARN, clusterCreatedAt, ...API },
    ]);
    return item;
  }

  async openFindings(): Promise<readonly FindingItem[]> {
    return (await this.registry.registry.findings('open')).items;
  }

  /** What was done like that: to `c1`, or to no cluster in particular. Newest first. */
  async audit(action: AuditAction): Promise<readonly WrittenAuditEntry[]> {
    const { registry } = this.registry;
    const pages = await Promise.all([
      registry.auditOfCluster(CLUSTER_ARN),
      registry.auditOfCluster(undefined),
    ]);
    return pages.flatMap(({ items }) => items).filter((entry) => entry.action === action);
  }

  queue(name: string): Queue {
    const found = this.played.cloud.queues.get(
      `arn:aws:sqs:${REGION}:${HUB}:${physicalName(INSTALLATION, name)}`,
    );
    if (!found) throw new Error(`there is no queue ${name}`);
    return found;
  }

  /** Puts a message into a queue of the hub, as EventBridge or a function would. */
  async send(queue: string, body: string, groupId?: string): Promise<void> {
    const group = groupId === undefined ? {} : { groupId, deduplicationId: this.registry.newId() };
    this.queue(queue).send({ body, senderId: 'somebody', ...group });
    await this.played.quiet();
  }

  /** An event of the spoke account arrives on its default bus. */
  async deliver(event: BusEvent | TrailEvent): Promise<void> {
    this.played.cloud.defaultBus(SPOKE, REGION).publish({ ...event, detail: { ...event.detail } });
    await this.played.quiet();
  }

  function(name: FunctionName): LambdaFunction {
    const arn = `arn:aws:lambda:${REGION}:${HUB}:function:${physicalName(INSTALLATION, name)}`;
    const found = this.played.cloud.functions.get(arn);
    if (!found) throw new Error(`there is no function ${name}`);
    return found;
  }

  metric(name: keyof typeof METRIC): number {
    return this.played.cloud.metrics.total(METRIC_NAMESPACE, METRIC[name]);
  }

  /** How many messages wait anywhere, by queue; nothing of queues that are empty. */
  waiting(): Readonly<Record<string, number>> {
    const queues = [...this.played.cloud.queues.values()];
    const depths = queues.map((queue) => [queue.arn.split(':').at(-1) ?? '', queue.peek().length] as const);
    return Object.fromEntries(depths.filter(([, depth]) => depth > 0));
  }
}
