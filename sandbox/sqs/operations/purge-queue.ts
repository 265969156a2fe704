import { PurgeQueue$, type PurgeQueueRequest } from '@aws-sdk/client-sqs';
import { cloudOperation } from '../../cloud/cloud-operation.ts';
import { queueNeed, queueOf } from '../queue-url.ts';

/** PurgeQueue: at once, where AWS takes up to a minute and refuses a second purge within it. */
export const purgeQueue = cloudOperation<PurgeQueueRequest, object>({
  schema: PurgeQueue$,
  needs: (call, input) => queueNeed(call, input.QueueUrl, 'PurgeQueue'),
  run(call, input) {
    queueOf(call, input.QueueUrl).purge();
    return {};
  },
});
