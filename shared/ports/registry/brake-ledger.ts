import type { BrakeReading } from '#shared/domain/registry/brake-ledger.ts';
import type { CallOptions } from '../pod-identity.ts';

/** What was used of the brake's allowance. Consistent; fails as `RegistryItems` does. */
export interface BrakeLedger {
  /** Deletes and overwrites within the brake's window before `now`, less what was released. One request. */
  readBrake(clusterArn: string, now: number, options?: CallOptions): Promise<BrakeReading>;
}
