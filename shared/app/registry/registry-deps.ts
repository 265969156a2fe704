import type { Clock } from '#shared/ports/clock.ts';
import type { Registry } from '#shared/ports/registry/registry.ts';

/** What every use case of the registry needs. */
export interface RegistryDeps {
  readonly registry: Registry;
  readonly clock: Clock;
  /** A unique name of at most 36 characters, for each commit. */
  readonly newId: () => string;
}

/** Who asks for something, and why; written into the audit. */
export interface Asked {
  readonly by: string;
  readonly why: string;
}
