import type { CallOptions } from './pod-identity.ts';

/** Who AWS says we are. */
export interface CallerIdentity {
  readonly partition: string;
  readonly account: string;
  readonly arn: string;
}

/** STS GetCallerIdentity; needs no permission. Fails with `AppError`, `aws.credentials` first of all. */
export interface Caller {
  identity(options?: CallOptions): Promise<CallerIdentity>;
}
