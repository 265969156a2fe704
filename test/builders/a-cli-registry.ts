import type { RegistryAddress, RegistryConnection } from '#cli/registry/connect-registry.ts';
import { runCli } from '#cli/run-cli.ts';
import type { RegistryCommit } from '#shared/ports/registry/registry-items.ts';
import { FakeRegistry } from '#test/fakes/fake-registry.ts';
import { ManualClock } from '#test/fakes/manual-clock.ts';
import { SequenceIds } from '#test/fakes/sequence-ids.ts';
import { aTerminal, type TerminalOptions } from './a-terminal.ts';

/** A session of the role `Admin`. */
export const ALICE = 'arn:aws:sts::111122223333:assumed-role/Admin/alice';

/** The CLI over a registry in memory; it is noon. */
export class CliRegistry {
  readonly registry: FakeRegistry;
  readonly clock: ManualClock;
  /** What was asked for, in order. */
  readonly addresses: RegistryAddress[] = [];
  readonly #ids = new SequenceIds('cli');

  /** Over a registry of its own, or one that others work on, too. */
  constructor(given: { readonly registry?: FakeRegistry; readonly clock?: ManualClock } = {}) {
    this.registry = given.registry ?? new FakeRegistry();
    this.clock = given.clock ?? new ManualClock();
  }

  /** Writes into the registry. */
  async put(commit: Omit<RegistryCommit, 'id' | 'at'>, at = this.clock.now()): Promise<void> {
    const answer = await this.registry.commit({ id: this.#ids.next(), at, ...commit });
    if (answer !== 'done') throw new Error(`the test's own commit: ${answer}`);
  }

  /** Runs a command line; words are apart by blanks. */
  async run(line: string | readonly string[], options: TerminalOptions = {}) {
    const terminal = aTerminal(options);
    const words = typeof line === 'string' ? line.split(' ') : line;
    const exitCode = await runCli(words, terminal.io, {
      clock: this.clock,
      connectRegistry: async (address) => this.#connection(address),
    });
    return { exitCode, stdout: terminal.stdout(), stderr: terminal.stderr(), asked: terminal.asked };
  }

  #connection(address: RegistryAddress): RegistryConnection {
    this.addresses.push(address);
    const { installation, region = 'eu-west-1' } = address;
    return {
      registry: this.registry,
      clock: this.clock,
      newId: () => this.#ids.next(),
      installation,
      region,
      table: `rolecall-${installation}-registry`,
      caller: async () => ({ partition: 'aws', account: '111122223333', arn: ALICE }),
      close: () => undefined,
    };
  }
}
