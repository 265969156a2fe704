import { join, relative } from 'node:path';
import type { CliIo } from '#cli/cli-io.ts';
import { writeAwsConfig } from '#cli/demo/aws-config.ts';
import { durationText, timeText } from '#cli/text/age-text.ts';
import { countText } from '#cli/text/count-text.ts';
import { printable } from '#cli/text/printable.ts';
import { startProgressLine } from '#cli/text/progress-line.ts';
import { type Style, styleFor } from '#cli/text/style.ts';
import type { JournalKind } from '#sandbox/cloud/journal.ts';
import type { PlayedGraph } from '#sandbox/play/play-graph.ts';
import type { Excerpt } from './excerpt.ts';
import { ACCOUNTS, HUB, ownDataDir, REGIONS, STAGE } from './fleet.ts';
import { howToPlay } from './how-to-play.ts';
import { INCIDENTS } from './incident.ts';
import { Person } from './people.ts';
import { prepare } from './preparation.ts';
import { RolecallBus } from './rolecall-bus.ts';
import { heading, showCommand } from './rolecall-command.ts';
import { type Outcome, Stage, StoryError } from './stage.ts';
import { SETTLING_MS } from './story-clock.ts';
import { callsBetween, callsLine, incidentLines } from './summary.ts';
import { told } from './told.ts';
import { whenSettled } from './when-settled.ts';

export interface StartOptions {
  /** End after the summary. */
  readonly once: boolean;
  readonly port: number;
  readonly portGiven: boolean;
  /** Milliseconds between a call and its CloudTrail event. */
  readonly trailDelayMs: number;
  /** How long to wait for what must come, milliseconds. */
  readonly timeoutMs: number;
}

/**
 * `npm start`: the deployed system on this machine, with a fleet behind it. Takes the fleet on, lets people do what people
 * do, shows what Rolecall makes of it, and then stays up. Answers the exit code.
 */
export async function startCommand(io: CliIo, root: string, options: StartOptions): Promise<number> {
  const style = styleFor(io.stdout, io, { color: true });
  const dataDir = ownDataDir(root);
  io.stdout.write(`${WELCOME}\n`);
  const played = await prepare(io, style, { ...options, root, dataDir });
  const config = writeAwsConfig(root, played.url);
  const restore = useAccountOfTheHub(config.path);
  try {
    const show = new Show(io, style, played, options);
    await show.takeOn();
    const isWell = await show.playIncidents();
    io.stdout.write(`\nLogs of the functions: ${shortPath(join(dataDir, 'logs'), io.cwd)}\n`);
    if (!isWell) return 1;
    if (!options.once) await show.stayUp(shortPath(config.path, io.cwd), dataDir);
    return 0;
  } finally {
    restore();
    config.remove();
    await played.stop();
  }
}

const LONGEST_HORIZON_MS = 5_000;

/** What never happens by itself in a system whose permissions and wiring are right. */
const TROUBLES: ReadonlySet<JournalKind> = new Set(['denied', 'dropped', 'deadLettered', 'crashed']);

const WELCOME = `Rolecall as it deploys, on this machine: its own graph, functions and permissions, and a cloud that is played.
No AWS account is needed, and none is touched.
`;

/**
 * Points the AWS SDK at the hub's account in the sandbox and at nothing else. Credentials, profiles and endpoints of the
 * person's own are put aside until it ends: it must not touch a real account.
 */
function useAccountOfTheHub(configPath: string): () => void {
  const before = { ...process.env };
  const clear = () => {
    for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) delete process.env[name];
  };
  clear();
  process.env['AWS_CONFIG_FILE'] = configPath;
  process.env['AWS_SHARED_CREDENTIALS_FILE'] = `${configPath}.none`;
  process.env['AWS_PROFILE'] = 'payments-prod';
  return () => {
    clear();
    Object.assign(process.env, before);
  };
}

/** Relative where that is shorter to type. */
function shortPath(path: string, cwd: string): string {
  const near = relative(cwd, path);
  return near.startsWith('..') || near === '' ? path : near;
}

class Show {
  private readonly io: CliIo;
  private readonly style: Style;
  private readonly played: PlayedGraph;
  private readonly options: StartOptions;
  private readonly bus: RolecallBus;

  constructor(io: CliIo, style: Style, played: PlayedGraph, options: StartOptions) {
    this.io = io;
    this.style = style;
    this.played = played;
    this.options = options;
    this.bus = new RolecallBus(played);
  }

  /** Mappings, clusters, mode: by the commands that a platform engineer would type. */
  async takeOn(): Promise<void> {
    const { regions, accounts } = this.played.world.summary();
    const sum = (count: 'clusters' | 'associations') =>
      regions.reduce((total, region) => total + region[count], 0);
    this.write(
      `\nA fleet is there: ${countText(sum('clusters'), 'cluster')} in ${accounts.length} accounts, with ` +
        `${countText(sum('associations'), 'association')} that nobody manages yet.\n`,
    );
    this.write(heading(this.style, '1. Say what should be: 110 mappings of 18 teams.'));
    await this.command(['registry', 'load', '-f', 'examples/fleet', '--yes'], { head: 3, tail: 2 });
    this.write(heading(this.style, '2. Have the hub take the clusters on. At first contact it only looks.'));
    const where = ['--account', ACCOUNTS.join(','), '--in-region', REGIONS.join(',')];
    await this.command(['enrol', ...where], { head: 12, tail: 3 });
    this.write(heading(this.style, '3. See what it would do, then let it write.'));
    await this.settle('looking at every association');
    const mode = ['mode', 'enforce', '--all', '--reason', 'looked at', '--yes'];
    await this.command(mode, { head: 5, tail: 3 });
    const beganAt = performance.now();
    await this.settle('making ours what is as wished');
    const adopted = this.bus
      .all()
      .filter((event) => event['detail-type'] === 'AssociationApplied' && event.detail.step === 'adopt');
    const took = durationText(performance.now() - beganAt);
    await this.played.cloud.advance(SETTLING_MS);
    this.write(
      `  ${countText(adopted.length, 'association')} that were as wished are ours now (${took}); no role was changed.\n` +
        this.style.paint(
          `  (The sandbox's clock is moved on by ${durationText(SETTLING_MS)}, for which a change counts as settling.)\n`,
          'muted',
        ),
    );
  }

  /** Answers whether everything came that had to come. */
  async playIncidents(): Promise<boolean> {
    const delay = durationText(this.options.trailDelayMs);
    this.write(heading(this.style, '4. What people do, and what comes of it.'));
    this.write(
      `CloudTrail takes ${delay} here, and seconds to minutes in AWS. Times are counted from the call before; rolecall audit\n` +
        'counts from the time in CloudTrail, which has whole seconds only, and so up to 1 s more.\n',
    );
    const before = this.callCounts();
    const outcomes: Outcome[] = [];
    for (const incident of INCIDENTS) {
      this.write(`\n${this.style.paint(incident.title, 'strong')}\n`);
      const { played, bus, io, style } = this;
      try {
        const stage = { played, bus, io, style, timeoutMs: this.options.timeoutMs };
        outcomes.push(await Stage.play(stage, incident));
      } catch (error) {
        if (!(error instanceof StoryError)) throw error;
        io.stderr.write(`error: ${error.message}\n`);
        return false;
      }
    }
    await this.played.quiet();
    const troubles = this.played.cloud.journal.entries().filter(({ kind }) => TROUBLES.has(kind));
    for (const { kind, subject, text } of troubles) {
      this.io.stderr.write(`error: ${kind}: ${subject}: ${text}\n`);
    }
    if (troubles.length > 0) return false;
    this.write(heading(this.style, '5. What happened.'));
    this.write(`${incidentLines(outcomes, this.style).join('\n')}\n`);
    this.write(
      '\n  NOTICED and OVER are counted from the first call of whoever it was.\n' +
        `  For that Rolecall made ${callsLine(callsBetween(before, this.callCounts()))}.\n` +
        '  Its functions asked for nothing that their roles do not allow, and no queue holds a dead letter.\n',
    );
    return true;
  }

  /** Tells what happens until Ctrl-C. */
  async stayUp(configPath: string, dataDir: string): Promise<void> {
    const key = { namespace: 'orders', serviceAccount: 'api' };
    const place = { endpoint: this.played.url, account: HUB, region: 'eu-west-1' };
    const person = await Person.signIn('you', place);
    const { associationId = '' } = (await person.find('shop-prod-euw1', key)) ?? {};
    person.signOut();
    const logFolder = shortPath(join(dataDir, 'logs'), this.io.cwd);
    const { url } = this.played;
    const { platform } = this.io;
    const lines = howToPlay({ url, configPath, associationId, logFolder, platform });
    this.write(`\n${lines.join('\n')}\n`);
    this.write('\nIt stays up, and tells here what happens. Ctrl-C ends it.\n');
    const stops = [
      this.bus.onEvent((event) => {
        const says = told(event);
        if (!says) return;
        const { verb, tone, what, subject } = says;
        this.tell(event.detail.at, this.style.paint(verb.padEnd(9), tone), `${subject}: ${what}`);
      }),
      this.played.cloud.journal.subscribe(({ at, kind, text }) => {
        const isNews = TROUBLES.has(kind) || (kind === 'alarm' && text.includes(' to ALARM: '));
        if (isNews) this.tell(at, this.style.paint(kind.padEnd(9), 'delete'), text);
      }),
    ];
    await ended(this.io.signal);
    for (const stop of stops) stop();
    this.write('It is gone, and nothing is left running.\n');
  }

  private tell(at: number, verb: string, what: string): void {
    this.write(`${timeText(at).slice(11, 19)}  ${verb} ${printable(what)}\n`);
  }

  private async settle(what: string): Promise<void> {
    const { glyphs } = this.style;
    const line = startProgressLine(this.io.stderr, () => what, { quiet: false, glyphs });
    try {
      await whenSettled(this.played, { signal: this.io.signal, horizonMs: this.horizonMs() });
    } finally {
      line.end();
    }
  }

  /** Long enough for the events of our own writes, unless they are made to take very long. */
  private horizonMs(): number {
    return Math.min(this.options.trailDelayMs + 500, LONGEST_HORIZON_MS);
  }

  private async command(words: readonly string[], excerpt: Excerpt): Promise<void> {
    await showCommand(this.io, words, { ...excerpt, worldClock: this.played.world.clock });
  }

  private callCounts() {
    return this.played.callCounts((callerArn) => callerArn.includes(`/rolecall-${STAGE}-`));
  }

  private write(text: string): void {
    this.io.stdout.write(text);
  }
}

function ended(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
