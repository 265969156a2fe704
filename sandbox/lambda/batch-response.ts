import { isObject } from '../wire/json-shape.ts';
import type { Invocation } from './function.ts';

/** What a function says of a batch. */
export type BatchVerdict =
  | { readonly kind: 'done' }
  | { readonly kind: 'failed' }
  /** Some failed: by message id, or by sequence number. */
  | { readonly kind: 'partly'; readonly failed: ReadonlySet<string> };

/**
 * Reads the answer to a batch. Partial answers count only where the mapping says so; one that is written wrongly or
 * names an unknown item fails the whole batch.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
export function batchVerdict(
  invocation: Invocation,
  reportsItemFailures: boolean,
  identifiers: ReadonlySet<string>,
): BatchVerdict {
  if (invocation.functionError !== undefined) return { kind: 'failed' };
  if (!reportsItemFailures) return { kind: 'done' };
  const answer: unknown = JSON.parse(invocation.payload);
  const list = isObject(answer) ? answer['batchItemFailures'] : undefined;
  if (list === undefined || list === null) return { kind: 'done' };
  if (!Array.isArray(list)) return { kind: 'failed' };
  const failed = new Set<string>();
  for (const item of list as unknown[]) {
    const identifier = isObject(item) ? item['itemIdentifier'] : undefined;
    if (typeof identifier !== 'string' || !identifiers.has(identifier)) return { kind: 'failed' };
    failed.add(identifier);
  }
  return failed.size === 0 ? { kind: 'done' } : { kind: 'partly', failed };
}
