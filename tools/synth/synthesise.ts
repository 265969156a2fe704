import { existsSync, lstatSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Recording } from './engine/recorded.ts';
import { type OnProgress, withProgress } from './progress.ts';
import { startAwsStandIn } from './sst/aws-stand-in.ts';
import { withLock } from './sst/checkout-lock.ts';
import { runInGroup } from './sst/child-group.ts';
import { writeEngineLauncher } from './sst/engine-launcher.ts';
import { preparePlatform } from './sst/prepare-platform.ts';
import { readableFailure } from './sst/readable-failure.ts';
import { findSstCli, type SstCli } from './sst/sst-cli.ts';
import { sstEnvironment } from './sst/sst-environment.ts';
import { SynthError } from './synth-error.ts';
import { type WrittenSynthesis, writeSynthesis } from './write-synthesis.ts';

export interface SynthOptions {
  /** The folder of `sst.config.ts`. */
  readonly app: string;
  readonly stage: string;
  /** The AWS account that the app is told it deploys to. */
  readonly account?: string;
  /** Another app's folder whose platform is used, so that 320 MB are installed only once. */
  readonly platformOf?: string;
  readonly onProgress?: OnProgress;
  readonly signal?: AbortSignal;
}

export interface Synthesis extends WrittenSynthesis {
  /** Text of `sst-env.d.ts`: the types of linked resources. */
  readonly types: string;
}

const DEFAULT_ACCOUNT = '111122223333';
/** Beside the folders of stages, none of which can have that name. */
const HOME = '.home';
const DIFF_TIMEOUT_MS = 3 * 60_000;
const LOCK_WAIT_MS = 10 * 60_000;

/**
 * Runs the app through SST's real CLI and components with no AWS account and no network (but for the npm registry, the first
 * time), and answers what would be deployed: the graph, and the very zips of the functions, also written to
 * `.sst/offline/<stage>`. Idempotent, and byte-stable: the same sources give the same files. Calls in one checkout wait for
 * each other. Throws `SynthError`.
 */
export async function synthesise(options: SynthOptions): Promise<Synthesis> {
  const app = resolve(options.app);
  const owner = resolve(options.platformOf ?? app);
  const cli = findSstCli();
  const { onProgress, signal } = options;
  const lock = join(owner, '.sst', 'offline', 'lock');
  return withLock(
    lock,
    async () => {
      const configHome = join(app, '.sst', 'offline', HOME);
      await preparePlatform({
        app: owner,
        cli,
        configHome: join(owner, '.sst', 'offline', HOME),
        onProgress,
        signal,
      });
      if (owner !== app) sharePlatform(owner, app);
      writeEngineLauncher(configHome);
      return withProgress('synthesising', onProgress, () => diff(app, cli, configHome, options));
    },
    { waitMs: LOCK_WAIT_MS, onWait: () => onProgress?.({ step: 'waiting', seconds: 0 }), signal },
  );
}

async function diff(app: string, cli: SstCli, configHome: string, options: SynthOptions): Promise<Synthesis> {
  const { stage, account = DEFAULT_ACCOUNT, signal } = options;
  const recordingFile = join(configHome, 'recording.json');
  rmSync(recordingFile, { force: true });
  const restoreTypes = setTypesAside(app);
  const aws = await startAwsStandIn(account);
  try {
    const outcome = await runInGroup(cli.program, ['diff', '--stage', stage], {
      cwd: app,
      env: sstEnvironment(process.env, {
        configHome,
        endpoint: aws.url,
        variables: { ROLECALL_RECORDING: recordingFile, ROLECALL_SYNTH_ACCOUNT: account },
      }),
      signal,
      timeoutMs: DIFF_TIMEOUT_MS,
    });
    if (signal?.aborted === true) throw new SynthError('synth.stopped', 'the synthesis was stopped');
    if (aws.refused.length > 0) {
      throw new SynthError(
        'synth.unexpectedCall',
        `the app asked AWS offline for: ${aws.refused.join(', ')}`,
      );
    }
    if (outcome.exitCode !== 0 || !existsSync(recordingFile)) {
      throw new SynthError(
        'synth.appFailed',
        `SST cannot synthesise ${app}:\n${readableFailure(outcome.output)}`,
      );
    }
    const recording = Recording.parse(JSON.parse(readFileSync(recordingFile, 'utf8')));
    return { ...writeSynthesis(app, recording, cli.version), types: restoreTypes() };
  } finally {
    restoreTypes();
    await aws.close();
  }
}

/** Points an app at another's platform. */
function sharePlatform(owner: string, app: string): void {
  const platform = join(app, '.sst', 'platform');
  mkdirSync(join(app, '.sst'), { recursive: true });
  const found = lstatSync(platform, { throwIfNoEntry: false });
  if (found !== undefined) rmSync(platform, { recursive: !found.isSymbolicLink(), force: true });
  symlinkSync(join(owner, '.sst', 'platform'), platform);
  writeFileSync(
    join(app, '.sst', 'provider-lock.json'),
    readFileSync(join(owner, '.sst', 'provider-lock.json')),
  );
}

/**
 * SST writes `sst-env.d.ts` into the app. Offline that must not change the checkout: the answered function takes what was
 * written and puts back what was there.
 */
function setTypesAside(app: string): () => string {
  const file = join(app, 'sst-env.d.ts');
  const before = existsSync(file) ? readFileSync(file, 'utf8') : undefined;
  return () => {
    const written = existsSync(file) ? readFileSync(file, 'utf8') : '';
    if (before !== undefined) writeFileSync(file, before);
    else rmSync(file, { force: true });
    return written;
  };
}
