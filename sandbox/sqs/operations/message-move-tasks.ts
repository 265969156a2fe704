import {
  ListMessageMoveTasks$,
  type ListMessageMoveTasksRequest,
  type ListMessageMoveTasksResult,
  StartMessageMoveTask$,
  type StartMessageMoveTaskRequest,
  type StartMessageMoveTaskResult,
} from '@aws-sdk/client-sqs';
import { type CloudCall, cloudOperation, type Need } from '../../cloud/cloud-operation.ts';
import { newGuid } from '../../random.ts';
import { type MoveTask, runMoveTask } from '../move-task.ts';
import { invalidParameterValue, resourceNotFound, unsupportedOperation } from '../sqs-errors.ts';

/**
 * StartMessageMoveTask: dead letters go back to where they came from, or to one queue. Needs to be allowed to take
 * from the one and to put into the other.
 */
export const startMessageMoveTask = cloudOperation<StartMessageMoveTaskRequest, StartMessageMoveTaskResult>({
  schema: StartMessageMoveTask$,
  needs(call, { SourceArn = '', DestinationArn }) {
    const take = ['StartMessageMoveTask', 'ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes'];
    return [
      ...take.map((action) => need(call, SourceArn, action)),
      ...destinationsOf(call, SourceArn, DestinationArn).map((arn) => need(call, arn, 'SendMessage')),
    ];
  },
  run(call, { SourceArn = '', DestinationArn, MaxNumberOfMessagesPerSecond }) {
    const { queues, clock, moveTasks } = call.cloud;
    const source = queues.get(SourceArn);
    if (!source)
      throw resourceNotFound("The resource that you specified for the SourceArn parameter doesn't exist.");
    if (DestinationArn !== undefined && !queues.has(DestinationArn)) {
      throw resourceNotFound(
        "The resource that you specified for the DestinationArn parameter doesn't exist.",
      );
    }
    if (
      ![...queues.values()].some(({ definition }) => definition.redrive?.deadLetterTargetArn === SourceArn)
    ) {
      throw invalidParameterValue('Source queue must be configured as a Dead Letter Queue.');
    }
    if (moveTasks.some((task) => task.sourceArn === SourceArn && task.status === 'RUNNING')) {
      throw unsupportedOperation(
        'There is already a task running. Only one active task is allowed for a source queue arn at a given time.',
      );
    }
    const task: MoveTask = {
      handle: Buffer.from(
        JSON.stringify({ taskId: newGuid(call.cloud.random), sourceArn: SourceArn }),
      ).toString('base64'),
      sourceArn: SourceArn,
      destinationArn: DestinationArn,
      maxPerSecond: MaxNumberOfMessagesPerSecond,
      startedAt: clock.now(),
      toMove: source.counts().visible,
      moved: 0,
      status: 'RUNNING',
    };
    moveTasks.push(task);
    runMoveTask(task, { clock, source, queue: (arn) => queues.get(arn) });
    return { TaskHandle: task.handle };
  },
});

/** ListMessageMoveTasks: the newest first. */
export const listMessageMoveTasks = cloudOperation<ListMessageMoveTasksRequest, ListMessageMoveTasksResult>({
  schema: ListMessageMoveTasks$,
  needs: (call, { SourceArn = '' }) => [need(call, SourceArn, 'ListMessageMoveTasks')],
  run(call, { SourceArn, MaxResults = 1 }) {
    const tasks = call.cloud.moveTasks.filter((task) => task.sourceArn === SourceArn).reverse();
    return {
      Results: tasks.slice(0, MaxResults).map((task) => ({
        ...(task.status === 'RUNNING' ? { TaskHandle: task.handle } : {}),
        Status: task.status,
        SourceArn: task.sourceArn,
        DestinationArn: task.destinationArn,
        MaxNumberOfMessagesPerSecond: task.maxPerSecond,
        ApproximateNumberOfMessagesMoved: task.moved,
        ApproximateNumberOfMessagesToMove: task.toMove,
        FailureReason: task.failureReason,
        StartedTimestamp: task.startedAt,
      })),
    };
  },
});

function destinationsOf(call: CloudCall, source: string, destination: string | undefined): readonly string[] {
  if (destination !== undefined) return [destination];
  const origins =
    call.cloud.queues
      .get(source)
      ?.peek()
      .map((message) => message.sourceArn) ?? [];
  return [...new Set(origins)].filter((arn) => arn !== undefined);
}

function need(call: CloudCall, resource: string, action: string): Need {
  const account = resource.split(':')[4] ?? call.account;
  return {
    action: `sqs:${action}`,
    resource,
    account,
    resourcePolicy: call.cloud.queues.get(resource)?.definition.policy,
  };
}
