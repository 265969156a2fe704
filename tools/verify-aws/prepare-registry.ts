import { randomUUID } from 'node:crypto';
import { createCallCounter } from '#shared/app/call-counter.ts';
import { changeMode } from '#shared/app/registry/change-mode.ts';
import { enrolCluster } from '#shared/app/registry/enrol-cluster.ts';
import { loadManifests } from '#shared/app/registry/load-manifests.ts';
import type { RegistryDeps } from '#shared/app/registry/registry-deps.ts';
import { AwsAccess } from '#shared/aws/aws-access.ts';
import { awsReading } from '#shared/aws/aws-reading.ts';
import { DynamoRegistry } from '#shared/aws/registry/dynamo-registry.ts';
import { systemClock } from '#shared/aws/system-clock.ts';
import { parseManifests } from '#shared/domain/manifest/parse-manifests.ts';
import type { Clusters } from '#shared/ports/clusters.ts';
import { physicalName } from '#shared/runtime/names.ts';
import { KEY, type Names } from './names.ts';
import type { VerifyOptions } from './options.ts';
import { CommandFailed } from './shell.ts';

/** The mapping of the scenario, for this one cluster. */
function manifestText({ cluster, account }: VerifyOptions, names: Names): string {
  return `apiVersion: rolecall.dev/v1
kind: Mapping
metadata: { namespace: ${KEY.namespace}, serviceAccount: ${KEY.serviceAccount} }
spec:
  team: verify
  targets:
    - clusters: { names: [${cluster}], accounts: ["${account}"] }
      roleArn: ${names.rightRole}
`;
}

/** Wires what is deployed, and prepares it. */
export async function prepareRegistry(options: VerifyOptions, names: Names): Promise<void> {
  const { stage, region } = options;
  const aws = { clock: systemClock, random: Math.random, counter: createCallCounter(), region };
  const access = new AwsAccess(aws);
  const reading = awsReading(aws);
  const tables = { registry: physicalName(stage, 'registry'), outbox: physicalName(stage, 'outbox') };
  const deps = { registry: new DynamoRegistry({ access, tables }), clock: systemClock, newId: randomUUID };
  try {
    await loadAndEnrol({ ...deps, clusters: reading.clusters }, options, names);
  } finally {
    reading.close();
    access.close();
  }
}

/**
 * Loads the mapping and enrols the cluster in `enforce`, by the use cases themselves: the stage is thrown away, so that nobody has to
 * approve. What follows (outbox, reconcile queue, EKS) is done by what was deployed.
 */
export async function loadAndEnrol(
  deps: RegistryDeps & { readonly clusters: Pick<Clusters, 'describe'> },
  options: VerifyOptions,
  names: Names,
): Promise<void> {
  const { cluster: name, account, region } = options;
  const { mappings, problems } = parseManifests([
    { path: 'verify.yaml', text: manifestText(options, names) },
  ]);
  if (problems.length > 0) throw new Error(JSON.stringify(problems));
  const asked = { by: 'verify-aws', why: 'smoke scenario' };
  const loaded = await loadManifests(deps, mappings, asked);
  if (loaded.kind !== 'loaded') {
    throw new CommandFailed('the stage holds another mapping: it is not a throw-away one');
  }
  const found = await deps.clusters.describe({ partition: 'aws', account, region, name });
  if (!found) throw new CommandFailed(`there is no cluster ${name} in ${account} ${region}`);
  const answer = await enrolCluster(deps, found, asked);
  if (!('cluster' in answer)) throw new CommandFailed(`${name} is not enrolled: ${answer.kind}`);
  const { arn: clusterArn, createdAt, mode: from } = answer.cluster;
  const changed = await changeMode(deps, { clusterArn, createdAt, from, to: 'enforce' }, asked);
  if (changed === 'moved') throw new CommandFailed(`${name} was changed by somebody else meanwhile`);
}
