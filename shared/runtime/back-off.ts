import type { AppError } from '#shared/ports/app-error.ts';

const FIRST_SECONDS = 15;
const MAX_SECONDS = 900;
/** Another worker was faster, or time ran out: nothing is wrong. */
const AT_ONCE_SECONDS = 2;
/** What happens as often as that is no accident: it would be among the dead letters within half a minute. */
const AT_ONCE_TRIES = 3;
/** The cluster's other messages wait behind it. */
const MAX_SECONDS_WHERE_NOTHING_IS_WRONG = 60;

/**
 * After how many seconds a message whose handling failed is seen again: a quarter of a minute, doubling with every try
 * up to a quarter of an hour, and up to a quarter more, so that what failed together does not come back together. Ten
 * tries span an hour. Where another worker was faster, or time ran out, three tries follow each other at once, and only
 * then it backs off, up to a minute: ten tries span five minutes.
 *
 * @param attempt how often the message was received, 1 for the first time
 * @param random between 0 and 1
 */
export function backOffSeconds(error: Pick<AppError, 'code'>, attempt: number, random: number): number {
  const atOnce = error.code === 'registry.contended' || error.code === 'cancelled' ? AT_ONCE_TRIES : 0;
  if (attempt <= atOnce) return AT_ONCE_SECONDS;
  const seconds = FIRST_SECONDS * 2 ** Math.min(attempt - atOnce - 1, 6);
  const most = atOnce > 0 ? MAX_SECONDS_WHERE_NOTHING_IS_WRONG : MAX_SECONDS;
  return Math.min(most, Math.round(seconds * (1 + random / 4)));
}
