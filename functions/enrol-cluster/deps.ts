import { EksClusters } from '#shared/aws/eks-clusters.ts';
import { sqsCalls } from '#shared/aws/sqs-calls.ts';
import { SqsSender } from '#shared/aws/sqs-sender.ts';
import { type Environment, readConfig } from '#shared/runtime/config.ts';
import type { QueueOptions } from '#shared/runtime/sources.ts';
import { feedingQueue, hubAccess, registryDeps } from '../hub-access.ts';
import { spokeAccess } from '../spoke-access.ts';
import type { EnrolHandlerDeps } from './create-handler.ts';

/** Everything as it is deployed. */
export function realDeps(environment: Environment): {
  readonly deps: EnrolHandlerDeps;
  readonly queue: QueueOptions;
} {
  const config = readConfig(environment, [
    'registryTable',
    'outboxTable',
    'enrolQueueUrl',
    'spokeReadRole',
    'spokeExternalId',
  ]);
  const access = hubAccess();
  const sqs = sqsCalls(access);
  const { spokeReadRole: roleName, spokeExternalId: externalId } = config;
  const spoke = { roleName, externalId, sessionName: 'enrol-cluster', environment };
  return {
    deps: {
      ...registryDeps(access, config),
      clusters: new EksClusters(spokeAccess(access, spoke).eks),
      enrolQueue: new SqsSender(sqs, config.enrolQueueUrl),
      budgetMs: 20_000,
    },
    queue: feedingQueue(sqs, config.enrolQueueUrl),
  };
}
