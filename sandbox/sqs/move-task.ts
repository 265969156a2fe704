import type { AdvanceableClock } from '../clock.ts';
import type { Queue } from './queue.ts';

/** A move of messages out of a dead-letter queue. */
export interface MoveTask {
  readonly handle: string;
  readonly sourceArn: string;
  /** Absent: each message goes back to where it came from. */
  readonly destinationArn?: string | undefined;
  readonly maxPerSecond?: number | undefined;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  readonly toMove: number;
  moved: number;
  status: 'RUNNING' | 'COMPLETED' | 'FAILED';
  failureReason?: string;
}

export interface MoveOptions {
  readonly clock: AdvanceableClock;
  readonly source: Queue;
  queue(arn: string): Queue | undefined;
}

/**
 * Moves the messages that were visible when the task began, all at once or at its rate. A message whose destination is
 * gone ends the task, as at AWS; that message is back in the source.
 */
export function runMoveTask(task: MoveTask, options: MoveOptions): void {
  do moveOne(task, options);
  while (task.status === 'RUNNING' && task.maxPerSecond === undefined);
  if (task.status !== 'RUNNING' || task.maxPerSecond === undefined) return;
  options.clock.at(options.clock.now() + 1000 / task.maxPerSecond, () => runMoveTask(task, options));
}

function moveOne(task: MoveTask, { source, queue }: MoveOptions): void {
  const [message] = task.moved < task.toMove ? source.takeForMove(1) : [];
  if (!message) {
    task.status = 'COMPLETED';
    return;
  }
  const destinationArn = task.destinationArn ?? message.sourceArn;
  const destination = destinationArn === undefined ? undefined : queue(destinationArn);
  if (!destination) {
    source.takeBack(message);
    task.status = 'FAILED';
    task.failureReason = 'AWS.SimpleQueueService.NonExistentQueue';
    return;
  }
  destination.acceptMoved(message);
  task.moved++;
}
