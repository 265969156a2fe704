import type { Caller, CallerIdentity } from '#shared/ports/caller.ts';
import type { CallOptions } from '#shared/ports/pod-identity.ts';
import { FakeTroubles } from './fake-troubles.ts';

/** Somebody whom AWS knows. */
export class FakeCaller implements Caller {
  readonly troubles = new FakeTroubles<'identity'>();
  readonly #identity: CallerIdentity;

  constructor(identity: Partial<CallerIdentity> = {}) {
    const account = identity.account ?? '111122223333';
    this.#identity = { partition: 'aws', account, arn: `arn:aws:iam::${account}:user/tester`, ...identity };
  }

  identity(options?: CallOptions): Promise<CallerIdentity> {
    return this.troubles.meet('identity', options, () => this.#identity);
  }
}
