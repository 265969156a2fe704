import type { AnyCloudOperation } from '../cloud/cloud-operation.ts';
import {
  changeMessageVisibility,
  changeMessageVisibilityBatch,
} from './operations/change-message-visibility.ts';
import { deleteMessage, deleteMessageBatch } from './operations/delete-message.ts';
import { getQueueUrl, listQueues } from './operations/find-queues.ts';
import { listMessageMoveTasks, startMessageMoveTask } from './operations/message-move-tasks.ts';
import { purgeQueue } from './operations/purge-queue.ts';
import { getQueueAttributes } from './operations/queue-attributes.ts';
import { receiveMessage } from './operations/receive-message.ts';
import { sendMessage, sendMessageBatch } from './operations/send-message.ts';

/** Every SQS operation that the sandbox knows. */
export const sqsOperations: readonly AnyCloudOperation[] = [
  changeMessageVisibility,
  changeMessageVisibilityBatch,
  deleteMessage,
  deleteMessageBatch,
  getQueueAttributes,
  getQueueUrl,
  listMessageMoveTasks,
  listQueues,
  purgeQueue,
  receiveMessage,
  sendMessage,
  sendMessageBatch,
  startMessageMoveTask,
];

/** The codes that SQS had when it spoke Query; its other codes were the same. */
export const sqsQueryCodes: Readonly<Record<string, string>> = Object.fromEntries(
  [
    ['QueueDoesNotExist', 'NonExistentQueue'],
    ...[
      'BatchEntryIdsNotDistinct',
      'BatchRequestTooLong',
      'EmptyBatchRequest',
      'InvalidBatchEntryId',
      'MessageNotInflight',
      'PurgeQueueInProgress',
      'TooManyEntriesInBatchRequest',
      'UnsupportedOperation',
    ].map((code) => [code, code]),
  ].map(([code, old]) => [code, `AWS.SimpleQueueService.${old}`]),
);
