import { relative } from 'node:path';
import { applySeed } from '#sandbox/seed/apply-seed.ts';
import { EXPECTED_COUNTS } from '#sandbox/seed/demo-expected.ts';
import { DEMO_OWNER, demoFleet } from '#sandbox/seed/demo-fleet.ts';
import { type Sandbox, startSandbox } from '#sandbox/start-sandbox.ts';
import type { CliContext } from '../cli-context.ts';
import type { CliIo } from '../cli-io.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { packageRoot } from '../package-root.ts';
import type { CheckReport } from '../report/check-report.ts';
import { StoppedError } from '../stopped-error.ts';
import { commandLine } from '../text/shell-quote.ts';
import { styleFor } from '../text/style.ts';
import { UsageError } from '../usage-error.ts';
import { DEMO_PROFILES, DEMO_REGIONS, writeAwsConfig } from './aws-config.ts';
import { judgeFirstCheck, judgeLastCheck } from './demo-judgement.ts';
import { nextSteps } from './next-steps.ts';

export interface DemoOptions {
  readonly once?: boolean;
  readonly port: number;
  /** Whether a person named the port: then it is that one or none. */
  readonly portGiven: boolean;
}

/** `rolecall demo`: a fleet comes up, is checked, repaired and checked again, by the commands that a user would type. */
export async function demoCommand(context: CliContext, options: DemoOptions): Promise<ExitCode> {
  const { io } = context;
  const root = packageRoot() ?? io.cwd;
  const sandbox = await startOnSomePort(options, io);
  const config = writeAwsConfig(root, sandbox.url);
  const restore = useConfig(config.path);
  try {
    const staysUp = !options.once && io.stdout.isTTY;
    const demo = new Demo(context, { sandbox, root, staysUp });
    const faults = await demo.play();
    if (faults.length > 0) return EXIT.error;
    if (!staysUp) return EXIT.clean;
    await demo.stayUp();
    return EXIT.clean;
  } finally {
    restore();
    config.remove();
    await sandbox.stop();
  }
}

/** The port asked for; the usual one, where it is in use (perhaps by another demonstration), gives way to any free one. */
async function startOnSomePort({ port, portGiven }: DemoOptions, io: CliIo): Promise<Sandbox> {
  const populate = (world: Parameters<typeof applySeed>[0]) => applySeed(world, demoFleet());
  try {
    return await startSandbox({ port, populate });
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'PortError') throw error;
    if (portGiven) throw new UsageError(error.message, 'give another --port; 0 takes any free one');
    io.stderr.write(`Port ${port} is in use; taking another one.\n`);
    return await startSandbox({ port: 0, populate });
  }
}

/**
 * Points the AWS SDK at the demonstration and at nothing else, by the variables that every AWS tool reads. Credentials,
 * profiles and endpoints of the person's own are put aside until it ends: it must not touch a real account.
 */
function useConfig(path: string): () => void {
  const before = { ...process.env };
  for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) delete process.env[name];
  process.env['AWS_CONFIG_FILE'] = path;
  process.env['AWS_SHARED_CREDENTIALS_FILE'] = `${path}.none`;
  return () => {
    for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) delete process.env[name];
    Object.assign(process.env, before);
  };
}

interface DemoStage {
  readonly sandbox: Sandbox;
  readonly root: string;
  /** Whether there will be something to play with afterwards. */
  readonly staysUp: boolean;
}

class Demo {
  private readonly context: CliContext;
  private readonly io: CliIo;
  private readonly sandbox: Sandbox;
  private readonly configPath: string;
  private readonly manifests: string;
  private readonly staysUp: boolean;
  private step = 0;

  constructor(context: CliContext, { sandbox, root, staysUp }: DemoStage) {
    this.context = context;
    // The commands that are shown are to be pasted, and only npx finds them.
    this.io = { ...context.io, env: { ...context.io.env, npm_command: 'exec' } };
    this.sandbox = sandbox;
    this.staysUp = staysUp;
    this.configPath = process.env['AWS_CONFIG_FILE'] ?? '';
    this.manifests = shortPath(`${root}/examples/fleet`, this.io.cwd);
  }

  /** Answers what did not come true. */
  async play(): Promise<readonly string[]> {
    const { clusters, accounts, regions, associations, mappings } = EXPECTED_COUNTS;
    this.tell(
      `A fleet is up at ${this.sandbox.url}: ${clusters} clusters in ${accounts} accounts and ${regions} regions, with ${associations} associations.`,
      `${this.manifests} says in ${mappings} mappings what they should be. Somebody has been at them since.`,
    );
    const first = await this.check('What differs?', []);
    await this.check('Put right what is ours. What belongs to others stays as it is.', [
      '--repair',
      '--prune',
      '--yes',
    ]);
    const last = await this.check('Look again.', []);
    const faults = [...judgeFirstCheck(first), ...judgeLastCheck(last)];
    this.conclude(first, last, faults);
    return faults;
  }

  /** Keeps the fleet up until Ctrl-C. */
  async stayUp(): Promise<void> {
    this.io.stdout.write('\nThe fleet stays up for you. Ctrl-C ends it.\n');
    await new Promise<void>((resolve) => {
      if (this.io.signal.aborted) resolve();
      this.io.signal.addEventListener('abort', () => resolve(), { once: true });
    });
    this.io.stdout.write('The fleet is gone, and nothing is left running.\n');
  }

  /** Runs the command as a user would, shows what it prints, and reads the same as JSON to judge it. */
  private async check(title: string, extra: readonly string[]): Promise<CheckReport> {
    const words = this.checkWords(extra);
    const shown = ['npx', 'rolecall', ...this.checkWords(extra)];
    this.step += 1;
    const style = styleFor(this.io.stdout, this.io, this.context);
    const command = commandLine(shown, this.io.platform);
    this.tell(style.paint(`${this.step}. ${title}`, 'strong'), style.paint(`$ ${command}`, 'muted'), '');
    // What a repair did can be told once only, so that it is asked for as JSON before it is shown.
    const before = extra.length === 0 ? await this.readJson(words) : undefined;
    await this.context.run(words, this.io);
    if (this.io.signal.aborted) throw new StoppedError('stopped', 'run it again');
    return before ?? (await this.readJson(this.checkWords([])));
  }

  private checkWords(extra: readonly string[]): readonly string[] {
    const profiles = DEMO_PROFILES.flatMap(({ profile }) => ['--profile', profile]);
    const regions = DEMO_REGIONS.flatMap((region) => ['--region', region]);
    return [
      'check',
      '-f',
      this.manifests,
      '--all-clusters',
      ...profiles,
      ...regions,
      '--owner',
      DEMO_OWNER,
      '--roles',
      'all',
      ...extra,
    ];
  }

  private async readJson(words: readonly string[]): Promise<CheckReport> {
    const parts: string[] = [];
    const silent = { isTTY: false, write: (text: string) => void parts.push(text) };
    const errors: string[] = [];
    const io: CliIo = {
      ...this.io,
      stdout: silent,
      stderr: { isTTY: false, write: (text) => void errors.push(text) },
    };
    await this.context.run([...words, '-o', 'json'], io);
    if (parts.length === 0) throw new Error(`the check printed nothing: ${errors.join('')}`);
    return JSON.parse(parts.join('')) as CheckReport;
  }

  private conclude(first: CheckReport, last: CheckReport, faults: readonly string[]): void {
    const done = first.summary.keys.converged;
    const now = last.summary.keys.converged;
    const others = last.summary.keys.conflict + last.summary.keys.others;
    if (faults.length > 0) {
      this.tell('This is not as it should be:', ...faults.map((fault) => `  ${fault}`));
      return;
    }
    this.tell(
      `Before: ${done} keys as wished. Now: ${now}, and nothing of ours is left to do. The ${others} associations of others are as they were.`,
      `${last.summary.keys.unusable} are bound as wished to roles that are gone or do not let EKS have them: Rolecall writes no IAM, and says what to change.`,
    );
    if (!this.staysUp) return;
    this.tell(
      ...nextSteps({
        report: last,
        url: this.sandbox.url,
        configPath: shortPath(this.configPath, this.io.cwd),
        manifests: this.manifests,
        platform: this.io.platform,
      }),
    );
  }

  private tell(...lines: readonly string[]): void {
    this.io.stdout.write(`\n${lines.join('\n')}\n`);
  }
}

/** Relative when that is shorter to type, and with forward slashes, which every platform takes. */
function shortPath(path: string, cwd: string): string {
  const near = relative(cwd, path).replaceAll('\\', '/');
  return near.startsWith('..') || near === '' ? path : near;
}
