import type { Clock } from '#shared/ports/clock.ts';
import type { CliIo } from './cli-io.ts';
import type { Connection, ConnectOptions } from './connect.ts';
import type { ExitCode } from './exit-code.ts';
import type { Invocation } from './invocation.ts';
import type { RegistryAddress, RegistryConnection } from './registry/connect-registry.ts';

/** What every command is given. */
export interface CliContext {
  readonly io: CliIo;
  readonly clock: Clock;
  readonly invocation: Invocation;
  /** False with `--no-color`. */
  readonly color: boolean;
  readonly connect: (options: ConnectOptions) => Promise<Connection>;
  readonly connectRegistry: (address: RegistryAddress) => Promise<RegistryConnection>;
  /** Runs another command line of ours, as a person would type it without the program's name. */
  readonly run: (args: readonly string[], io: CliIo) => Promise<ExitCode>;
}
