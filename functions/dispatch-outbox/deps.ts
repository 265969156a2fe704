import type { DispatchDeps } from '#shared/app/outbox/dispatch-row.ts';
import { EventBridgePublisher } from '#shared/aws/event-bridge-publisher.ts';
import { sqsCalls } from '#shared/aws/sqs-calls.ts';
import { SqsSender } from '#shared/aws/sqs-sender.ts';
import { type Environment, readConfig } from '#shared/runtime/config.ts';
import { hubAccess } from '../hub-access.ts';

/** Everything as it is deployed. */
export function realDeps(environment: Environment): DispatchDeps {
  const config = readConfig(environment, ['reconcileQueueUrl', 'enrolQueueUrl', 'busName']);
  const access = hubAccess();
  const sqs = sqsCalls(access);
  return {
    reconcileQueue: new SqsSender(sqs, config.reconcileQueueUrl),
    enrolQueue: new SqsSender(sqs, config.enrolQueueUrl),
    bus: new EventBridgePublisher(access, config.busName),
  };
}
