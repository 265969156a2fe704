import { type Command, CommanderError } from 'commander';
import type { Clock } from '#shared/ports/clock.ts';
import type { CliContext } from './cli-context.ts';
import type { CliIo } from './cli-io.ts';
import type { Connection, ConnectOptions } from './connect.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { explainError } from './explain-error.ts';
import { invocationOf } from './invocation.ts';
import { buildProgram } from './program.ts';
import type { RegistryAddress, RegistryConnection } from './registry/connect-registry.ts';

/** What a test, or a demonstration, may put in the place of the real thing. */
export interface CliServices {
  readonly clock?: Clock;
  readonly connect?: (options: ConnectOptions) => Promise<Connection>;
  readonly connectRegistry?: (address: RegistryAddress) => Promise<RegistryConnection>;
}

/**
 * Runs one command line and answers its exit code. Touches nothing but what it is given: no process, no terminal of its
 * own. Never rejects: what fails is told on stderr, with what to do next.
 *
 * @param args the words after the program's name
 */
export async function runCli(
  args: readonly string[],
  io: CliIo,
  services: CliServices = {},
): Promise<ExitCode> {
  let exitCode: ExitCode = EXIT.clean;
  const program = buildProgram(async (work) => {
    exitCode = await work(await contextFor(program, args, io, services));
  });
  for (const command of [program, ...program.commands]) prepare(command, io);
  try {
    await program.parseAsync([...args], { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.clean : EXIT.error;
    io.stderr.write(explainError(error, io));
    return EXIT.error;
  }
}

async function contextFor(
  program: Command,
  args: readonly string[],
  io: CliIo,
  services: CliServices,
): Promise<CliContext> {
  return {
    io,
    clock: services.clock ?? (await import('#shared/aws/system-clock.ts')).systemClock,
    invocation: invocationOf(args, io),
    color: program.opts<{ color: boolean }>().color,
    run: (others, otherIo) => runCli(others, otherIo, services),
    connect: services.connect ?? (async (options) => await (await import('./connect.ts')).connect(options)),
    connectRegistry:
      services.connectRegistry ??
      (async (address) => await (await import('./registry/connect-registry.ts')).connectRegistry(address)),
  };
}

/** Commander writes to where we say, and throws instead of ending the process. */
function prepare(command: Command, io: CliIo): void {
  command
    .exitOverride()
    .showSuggestionAfterError(true)
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
      getOutHelpWidth: () => helpWidth(io.stdout.columns),
      getErrHelpWidth: () => helpWidth(io.stderr.columns),
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
    .configureHelp({
      showGlobalOptions: true,
      minWidthToWrap: 20,
      // Every command has options; to say so each time only takes room.
      subcommandTerm: (subcommand) =>
        [subcommand.name(), ...subcommand.registeredArguments.map((argument) => `<${argument.name()}>`)].join(
          ' ',
        ),
    });
}

/** Help is prose: past this width its lines are hard to read. */
function helpWidth(columns: number | undefined): number {
  return Math.min(100, columns ?? 100);
}
