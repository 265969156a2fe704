import { KEYS_A_MESSAGE } from '#events/messages/keys-a-message.ts';
import { DEFAULT_TIMES, type ReconcileSettings } from '#shared/app/reconcile/settings.ts';
import { EksClusters } from '#shared/aws/eks-clusters.ts';
import { EksPodIdentityReader } from '#shared/aws/eks-pod-identity-reader.ts';
import { EksPodIdentityWriter } from '#shared/aws/eks-pod-identity-writer.ts';
import { sqsCalls } from '#shared/aws/sqs-calls.ts';
import { SqsSender } from '#shared/aws/sqs-sender.ts';
import type { BrakeLimits } from '#shared/domain/brake.ts';
import { type Environment, readConfig } from '#shared/runtime/config.ts';
import type { QueueOptions } from '#shared/runtime/sources.ts';
import { feedingQueue, hubAccess, registryDeps } from '../hub-access.ts';
import { spokeAccess } from '../spoke-access.ts';
import type { ReconcileHandlerDeps } from './create-handler.ts';

/** How the hub reconciles: only its own records have authority, and only what somebody approved to go is deleted. */
function hubSettings(installation: string, brake: BrakeLimits): ReconcileSettings {
  return {
    installation,
    authority: 'record',
    prune: 'tombstones',
    verify: 'membership',
    describeAtMost: 400,
    writeAtMost: KEYS_A_MESSAGE,
    concurrency: 20,
    ...DEFAULT_TIMES,
    brake,
  };
}

/** Everything as it is deployed. */
export function realDeps(environment: Environment): {
  readonly deps: ReconcileHandlerDeps;
  readonly queue: QueueOptions;
} {
  const config = readConfig(environment, [
    'installation',
    'registryTable',
    'outboxTable',
    'reconcileQueueUrl',
    'waitingQueueUrl',
    'spokeReadRole',
    'spokeWriteRole',
    'spokeExternalId',
    'brakeClusterFloor',
    'brakeClusterShare',
    'brakeFleet',
  ]);
  const { brakeClusterFloor: clusterFloor, brakeClusterShare: clusterShare, brakeFleet: fleet } = config;
  const access = hubAccess();
  const sqs = sqsCalls(access);
  const spoke = { externalId: config.spokeExternalId, sessionName: 'reconcile-associations', environment };
  const reading = spokeAccess(access, { ...spoke, roleName: config.spokeReadRole });
  const writing = spokeAccess(access, { ...spoke, roleName: config.spokeWriteRole });
  return {
    deps: {
      ...registryDeps(access, config),
      clusters: new EksClusters(reading.eks),
      reader: new EksPodIdentityReader(reading.eks),
      roles: reading.roles,
      writer: new EksPodIdentityWriter(writing.eks),
      waitingQueue: new SqsSender(sqs, config.waitingQueueUrl),
      settings: hubSettings(config.installation, { clusterFloor, clusterShare, fleet }),
    },
    queue: feedingQueue(sqs, config.reconcileQueueUrl),
  };
}
