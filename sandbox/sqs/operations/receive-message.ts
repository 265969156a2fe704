import { ReceiveMessage$, type ReceiveMessageRequest, type ReceiveMessageResult } from '@aws-sdk/client-sqs';
import { cloudOperation } from '../../cloud/cloud-operation.ts';
import { receiveWaiting } from '../long-poll.ts';
import { queueNeed, queueOf } from '../queue-url.ts';
import { messageView } from '../received-view.ts';
import { invalidValue, unsupportedOperation } from '../sqs-errors.ts';

/** ReceiveMessage, with long polling on the sandbox's clock. */
export const receiveMessage = cloudOperation<ReceiveMessageRequest, ReceiveMessageResult>({
  schema: ReceiveMessage$,
  needs: (call, input) => queueNeed(call, input.QueueUrl, 'ReceiveMessage'),
  async run(call, input) {
    const queue = queueOf(call, input.QueueUrl);
    if (input.ReceiveRequestAttemptId !== undefined) {
      throw unsupportedOperation('The sandbox does not implement ReceiveRequestAttemptId.');
    }
    const max = input.MaxNumberOfMessages ?? 1;
    if (max < 1 || max > 10) {
      throw invalidValue(max, 'MaxNumberOfMessages', 'Must be between 1 and 10, if provided.');
    }
    const wait = input.WaitTimeSeconds ?? queue.definition.receiveWaitSeconds;
    if (wait < 0 || wait > 20) {
      throw invalidValue(wait, 'WaitTimeSeconds', 'Must be >= 0 and <= 20, if provided.');
    }
    const options = { max, visibilityTimeoutSeconds: input.VisibilityTimeout };
    const received = await receiveWaiting(queue, call.cloud.clock, options, wait);
    if (received.length === 0) return {};
    const wanted = {
      system: [...(input.AttributeNames ?? []), ...(input.MessageSystemAttributeNames ?? [])],
      own: input.MessageAttributeNames ?? [],
    };
    return { Messages: received.map((one) => messageView(one, queue.fifo, wanted)) };
  },
});
