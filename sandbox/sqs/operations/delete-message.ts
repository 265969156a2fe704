import {
  DeleteMessage$,
  DeleteMessageBatch$,
  type DeleteMessageBatchRequest,
  type DeleteMessageBatchResult,
  type DeleteMessageRequest,
} from '@aws-sdk/client-sqs';
import { cloudOperation } from '../../cloud/cloud-operation.ts';
import { checkBatch, eachEntry } from '../batch.ts';
import { queueNeed, queueOf } from '../queue-url.ts';

/** DeleteMessage. */
export const deleteMessage = cloudOperation<DeleteMessageRequest, object>({
  schema: DeleteMessage$,
  needs: (call, input) => queueNeed(call, input.QueueUrl, 'DeleteMessage'),
  run(call, input) {
    queueOf(call, input.QueueUrl).delete(input.ReceiptHandle ?? '');
    return {};
  },
});

/** DeleteMessageBatch: at most ten; each is deleted or refused by itself. */
export const deleteMessageBatch = cloudOperation<DeleteMessageBatchRequest, DeleteMessageBatchResult>({
  schema: DeleteMessageBatch$,
  needs: (call, input) => queueNeed(call, input.QueueUrl, 'DeleteMessage'),
  run(call, input) {
    const queue = queueOf(call, input.QueueUrl);
    const entries = input.Entries ?? [];
    checkBatch(entries);
    return eachEntry(entries, ({ Id, ReceiptHandle = '' }) => {
      queue.delete(ReceiptHandle);
      return { Id };
    });
  },
});
