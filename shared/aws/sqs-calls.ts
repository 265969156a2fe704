import { SQSClient } from '@aws-sdk/client-sqs';
import type { AwsAccess } from './aws-access.ts';
import { ServiceCalls } from './service-calls.ts';

/** Calls to SQS in our own account. */
export type SqsCalls = ServiceCalls<SQSClient>;

/** Shared by all queues, so that they share one client. */
export function sqsCalls(access: AwsAccess): SqsCalls {
  return new ServiceCalls(access, {
    service: 'SQS',
    createClient: (config) => new SQSClient(config),
  });
}
