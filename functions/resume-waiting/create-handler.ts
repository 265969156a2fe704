import { resumeWaiting } from '#shared/app/drift/resume-waiting.ts';
import type { MessageSender } from '#shared/ports/messages.ts';
import type { QueuedMessage, Worker } from '#shared/runtime/worker.ts';

export interface ResumeDeps {
  readonly reconcileQueue: MessageSender;
}

/** What has waited long enough ► the reconcile queue. */
export function createHandler({ reconcileQueue }: ResumeDeps): Worker<QueuedMessage> {
  return {
    handle: (message, { signal }) => resumeWaiting(reconcileQueue, message, { signal }),
  };
}
