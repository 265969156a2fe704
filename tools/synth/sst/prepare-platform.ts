import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type OnProgress, withProgress } from '../progress.ts';
import { SynthError } from '../synth-error.ts';
import { runInGroup } from './child-group.ts';
import { registryProblem } from './npm-registry.ts';
import { readableFailure } from './readable-failure.ts';
import type { SstCli } from './sst-cli.ts';
import { sstEnvironment } from './sst-environment.ts';

export interface PlatformOptions {
  /** The folder of the `sst.config.ts` whose `.sst/platform` is meant. */
  readonly app: string;
  readonly cli: SstCli;
  readonly configHome: string;
  readonly onProgress?: OnProgress | undefined;
  readonly signal?: AbortSignal | undefined;
}

const INSTALL_TIMEOUT_MS = 10 * 60_000;
/** What SST's bundle is made against; the folder that is written last is looked at first. */
const NEEDED_PACKAGES = ['@pulumi/aws', '@pulumi/pulumi', '@grpc/grpc-js', 'google-protobuf'];

/**
 * Makes sure that SST's platform is installed: the components that the CLI carries and the packages they need from npm, some
 * 320 MB in `.sst/platform`. Does nothing when this very version is there; a stale or half-installed one is made anew.
 */
export async function preparePlatform(options: PlatformOptions): Promise<void> {
  if (isPrepared(options)) return;
  const { app, cli, configHome, signal, onProgress } = options;
  const env = sstEnvironment(process.env, { configHome });
  await withProgress(
    'preparing',
    onProgress,
    async () => {
      const problem = await registryProblem(app, env, signal);
      if (problem !== undefined) {
        throw new SynthError(
          'synth.registryUnreachable',
          `SST's platform is not prepared yet, and the npm registry cannot be reached:\n${problem}`,
        );
      }
      rmSync(join(app, '.sst', 'platform'), { recursive: true, force: true });
      rmSync(join(app, '.sst', 'provider-lock.json'), { force: true });
      const outcome = await runInGroup(cli.program, ['install', '--stage', 'offline', '--print-logs'], {
        cwd: app,
        env,
        signal,
        timeoutMs: INSTALL_TIMEOUT_MS,
      });
      signal?.throwIfAborted();
      if (outcome.exitCode !== 0 || !isPrepared(options)) {
        throw new SynthError(
          'synth.platformFailed',
          `SST could not prepare its platform:\n${readableFailure(outcome.output)}`,
        );
      }
    },
    () => packageCount(app),
  );
}

function isPrepared({ app, cli }: PlatformOptions): boolean {
  const platform = join(app, '.sst', 'platform');
  return (
    textOf(join(platform, 'version')) === cli.version &&
    existsSync(join(platform, 'config.d.ts')) &&
    // SST writes it when all else is done.
    existsSync(join(app, '.sst', 'provider-lock.json')) &&
    NEEDED_PACKAGES.every((name) => existsSync(join(platform, 'node_modules', name, 'package.json')))
  );
}

function packageCount(app: string): string | undefined {
  try {
    const entries = readdirSync(join(app, '.sst', 'platform', 'node_modules'));
    return `${entries.filter((entry) => !entry.startsWith('.')).length} packages`;
  } catch {
    return undefined;
  }
}

function textOf(file: string): string | undefined {
  return existsSync(file) ? readFileSync(file, 'utf8').trim() : undefined;
}
