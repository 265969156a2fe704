import {
  ChangeMessageVisibility$,
  ChangeMessageVisibilityBatch$,
  type ChangeMessageVisibilityBatchRequest,
  type ChangeMessageVisibilityBatchResult,
  type ChangeMessageVisibilityRequest,
} from '@aws-sdk/client-sqs';
import { cloudOperation } from '../../cloud/cloud-operation.ts';
import { checkBatch, eachEntry } from '../batch.ts';
import { queueNeed, queueOf } from '../queue-url.ts';

/** ChangeMessageVisibility: hides a received message for so long from now. */
export const changeMessageVisibility = cloudOperation<ChangeMessageVisibilityRequest, object>({
  schema: ChangeMessageVisibility$,
  needs: (call, input) => queueNeed(call, input.QueueUrl, 'ChangeMessageVisibility'),
  run(call, input) {
    queueOf(call, input.QueueUrl).changeVisibility(input.ReceiptHandle ?? '', input.VisibilityTimeout ?? 0);
    return {};
  },
});

/** ChangeMessageVisibilityBatch: at most ten; each is changed or refused by itself. */
export const changeMessageVisibilityBatch = cloudOperation<
  ChangeMessageVisibilityBatchRequest,
  ChangeMessageVisibilityBatchResult
>({
  schema: ChangeMessageVisibilityBatch$,
  needs: (call, input) => queueNeed(call, input.QueueUrl, 'ChangeMessageVisibility'),
  run(call, input) {
    const queue = queueOf(call, input.QueueUrl);
    const entries = input.Entries ?? [];
    checkBatch(entries);
    return eachEntry(entries, ({ Id, ReceiptHandle = '', VisibilityTimeout }) => {
      queue.changeVisibility(ReceiptHandle, VisibilityTimeout ?? queue.definition.visibilityTimeoutSeconds);
      return { Id };
    });
  },
});
