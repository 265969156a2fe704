import type { CallName } from './call-aws.ts';
import { malformedAnswer } from './malformed-answer.ts';

/** A text that AWS always sends. Throws `AppError` `aws.malformedAnswer` when it is missing, empty or no text. */
export function required(value: unknown, field: string, name: CallName): string {
  if (typeof value === 'string' && value !== '') return value;
  throw malformedAnswer(name, `${field} is missing`);
}

/**
 * A time that AWS always sends, as epoch milliseconds. EKS sends epoch seconds with a fraction (facts §1.1), which
 * the SDK makes a Date; a client that hands the number through is understood, too.
 */
export function epochMs(value: Date | number | undefined, field: string, name: CallName): number {
  const milliseconds =
    value instanceof Date ? value.getTime() : typeof value === 'number' ? value * 1000 : Number.NaN;
  if (Number.isNaN(milliseconds)) throw malformedAnswer(name, `${field} is missing or no time`);
  return Math.round(milliseconds);
}
