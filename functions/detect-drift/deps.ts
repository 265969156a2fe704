import type { DetectDeps } from '#shared/app/drift/detect-drift.ts';
import { DEFAULT_TIMES } from '#shared/app/reconcile/settings.ts';
import { HintReader } from '#shared/app/registry/read-hint.ts';
import { sqsCalls } from '#shared/aws/sqs-calls.ts';
import { SqsSender } from '#shared/aws/sqs-sender.ts';
import { type Environment, readConfig } from '#shared/runtime/config.ts';
import type { QueueOptions } from '#shared/runtime/sources.ts';
import { feedingQueue, hubAccess, registryDeps } from '../hub-access.ts';

export interface RealDeps {
  readonly deps: DetectDeps;
  readonly queue: QueueOptions;
}

/** Everything as it is deployed. */
export function realDeps(environment: Environment): RealDeps {
  const config = readConfig(environment, [
    'registryTable',
    'outboxTable',
    'inboundQueueUrl',
    'reconcileQueueUrl',
    'enrolQueueUrl',
    'spokeWriteRole',
  ]);
  const access = hubAccess();
  const sqs = sqsCalls(access);
  const registry = registryDeps(access, config);
  return {
    deps: {
      ...registry,
      hints: new HintReader(registry),
      reconcileQueue: new SqsSender(sqs, config.reconcileQueueUrl),
      enrolQueue: new SqsSender(sqs, config.enrolQueueUrl),
      writerRole: config.spokeWriteRole,
      settleMs: DEFAULT_TIMES.settleMs,
    },
    queue: feedingQueue(sqs, config.inboundQueueUrl),
  };
}
