import { sqsCalls } from '#shared/aws/sqs-calls.ts';
import { SqsSender } from '#shared/aws/sqs-sender.ts';
import { type Environment, readConfig } from '#shared/runtime/config.ts';
import type { QueueOptions } from '#shared/runtime/sources.ts';
import { feedingQueue, hubAccess } from '../hub-access.ts';
import type { ResumeDeps } from './create-handler.ts';

/** Everything as it is deployed. */
export function realDeps(environment: Environment): {
  readonly deps: ResumeDeps;
  readonly queue: QueueOptions;
} {
  const config = readConfig(environment, ['waitingQueueUrl', 'reconcileQueueUrl']);
  const sqs = sqsCalls(hubAccess());
  return {
    deps: { reconcileQueue: new SqsSender(sqs, config.reconcileQueueUrl) },
    queue: feedingQueue(sqs, config.waitingQueueUrl),
  };
}
