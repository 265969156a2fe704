/**
 * Every way in which the world can fail us, as a closed list. The code becomes `error.name`, so that state
 * machines, alarms and tests match it and never prose.
 */
export const APP_ERROR_CODES = [
  /** The service asked us to slow down, and went on asking past our patience. */
  'aws.throttled',
  /** The caller lacks a permission. The message names the action and the resource as AWS said them. */
  'aws.accessDenied',
  /** No credentials, or credentials that AWS does not accept (missing, expired, wrong). */
  'aws.credentials',
  /** 5xx, connection refused, DNS, TLS: nothing is known about what happened. */
  'aws.unavailable',
  /** No answer in time. For a write, it may have happened. */
  'aws.timeout',
  /** An answer that cannot be what AWS sends: a missing required field, an unreadable body. */
  'aws.malformedAnswer',
  /** AWS refused the request for a reason that no caller can act on by branching. */
  'aws.refused',
  /** The cluster is not there (any more). */
  'cluster.notFound',
  /** The caller gave up (Ctrl-C, time-out of a Lambda). */
  'cancelled',
  /** A file of ours (memory, manifests) cannot be read or written. */
  'file.unreadable',
  'file.unwritable',
  /** The registry holds something that this version cannot understand: a newer version wrote it, or nobody of ours. */
  'registry.unreadable',
  /** Others kept changing what was to be changed; the same may succeed in a moment. */
  'registry.contended',
  /** A cursor that this list did not hand out. */
  'registry.badCursor',
] as const;
export type AppErrorCode = (typeof APP_ERROR_CODES)[number];

export interface AppErrorOptions {
  /** Whether the same call may succeed later without anybody changing anything. */
  readonly retryable: boolean;
  readonly cause?: unknown;
}

/** The world failing. Wrapped once, where it enters; everything behind matches on `code`. */
export class AppError extends Error {
  readonly code: AppErrorCode;
  readonly retryable: boolean;

  constructor(code: AppErrorCode, message: string, options: AppErrorOptions) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = code;
    this.code = code;
    this.retryable = options.retryable;
  }
}
