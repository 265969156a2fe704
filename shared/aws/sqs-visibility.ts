import { ChangeMessageVisibilityCommand } from '@aws-sdk/client-sqs';
import type { MessageVisibility } from '#shared/ports/messages.ts';
import type { CallOptions } from '#shared/ports/pod-identity.ts';
import { expectOutput } from './call-aws.ts';
import type { SqsCalls } from './sqs-calls.ts';

/** Sets when a message of one queue, once received, is seen again. */
export class SqsVisibility implements MessageVisibility {
  readonly #calls: SqsCalls;
  readonly #queueUrl: string;

  constructor(calls: SqsCalls, queueUrl: string) {
    this.#calls = calls;
    this.#queueUrl = queueUrl;
  }

  async postpone(receipt: string, seconds: number, options?: CallOptions): Promise<void> {
    const answer = await this.#calls.call(
      {},
      { operation: 'sqs:ChangeMessageVisibility', subject: () => this.#queueUrl },
      (client, send) =>
        client.send(
          new ChangeMessageVisibilityCommand({
            QueueUrl: this.#queueUrl,
            ReceiptHandle: receipt,
            VisibilityTimeout: seconds,
          }),
          send,
        ),
      options,
    );
    expectOutput(answer);
  }
}
