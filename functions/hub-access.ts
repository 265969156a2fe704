import { randomUUID } from 'node:crypto';
import { createCallCounter } from '#shared/app/call-counter.ts';
import { AwsAccess } from '#shared/aws/aws-access.ts';
import { DynamoRegistry } from '#shared/aws/registry/dynamo-registry.ts';
import type { SqsCalls } from '#shared/aws/sqs-calls.ts';
import { SqsVisibility } from '#shared/aws/sqs-visibility.ts';
import { systemClock } from '#shared/aws/system-clock.ts';
import type { QueueOptions } from '#shared/runtime/sources.ts';

/** How every function reaches AWS in the hub's own account, with its own role. */
export const hubOptions = { clock: systemClock, random: Math.random, counter: createCallCounter() };

/** How many answers of AWS, in whichever account, asked this process to slow down so far. */
export const throttledAnswers = hubOptions.counter.throttledAnswers;

export function hubAccess(): AwsAccess {
  return new AwsAccess(hubOptions);
}

/** What every use case of the registry needs. */
export function registryDeps(
  access: AwsAccess,
  { registryTable, outboxTable }: { readonly registryTable: string; readonly outboxTable: string },
) {
  const tables = { registry: registryTable, outbox: outboxTable };
  return { registry: new DynamoRegistry({ access, tables }), clock: systemClock, newId: randomUUID };
}

/** The queue that feeds a function: what has to come back is put back on it. */
export function feedingQueue(calls: SqsCalls, queueUrl: string): QueueOptions {
  return { visibility: new SqsVisibility(calls, queueUrl), random: Math.random };
}
