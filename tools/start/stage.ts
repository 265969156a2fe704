import type { PodIdentityAssociation } from '@aws-sdk/client-eks';
import type { CliIo } from '#cli/cli-io.ts';
import { durationText } from '#cli/text/age-text.ts';
import { commandLine } from '#cli/text/shell-quote.ts';
import type { Style, Tone } from '#cli/text/style.ts';
import { wrapText } from '#cli/text/wrap-text.ts';
import type { OutboundEvent } from '#events/outbound/outbound-event.ts';
import type { OutboundType } from '#events/outbound/registry.ts';
import type { PlayedGraph } from '#sandbox/play/play-graph.ts';
import type { Incident } from './incident.ts';
import { Person } from './people.ts';
import type { RolecallBus } from './rolecall-bus.ts';
import { secondsText } from './seconds-text.ts';
import { told } from './told.ts';

/** How an incident ended, as Rolecall's own events tell. Times are milliseconds from its first call. */
export interface Outcome {
  readonly incident: Incident;
  readonly noticedMs: number;
  /** Absent when it is open still. */
  readonly endedMs?: number;
}

/** What was to come and did not. */
export class StoryError extends Error {
  override readonly name = 'StoryError';
}

export interface StageOptions {
  readonly played: PlayedGraph;
  readonly bus: RolecallBus;
  readonly io: CliIo;
  readonly style: Style;
  /** How long to wait for what must come. */
  readonly timeoutMs: number;
}

/** Lets people act and tells what Rolecall makes of it. Whatever is told of Rolecall comes from its own bus, or from EKS. */
export class Stage {
  private readonly options: StageOptions;
  private readonly incident: Incident;
  private readonly person: Person;
  private readonly events: OutboundEvent[] = [];
  private readonly stopHearing: () => void;
  private waiting: (() => void) | undefined;
  /** What was waited for last; the next wait begins after it. */
  private seen = 0;
  private calledAt = 0;
  private firstCallAt: number | undefined;
  private endedAt = 0;

  private constructor(options: StageOptions, incident: Incident, person: Person) {
    this.options = options;
    this.incident = incident;
    this.person = person;
    this.stopHearing = options.bus.onEvent((event) => this.hear(event));
  }

  /** Plays one incident from its first call to its end. Fails with `StoryError` when what must come does not. */
  static async play(options: StageOptions, incident: Incident): Promise<Outcome> {
    const { account, region } = incident.at;
    const endpoint = options.played.url;
    const person = await Person.signIn(incident.who, { endpoint, account, region });
    const stage = new Stage(options, incident, person);
    try {
      await incident.play(stage, person);
      return stage.outcome();
    } finally {
      stage.stopHearing();
      person.signOut();
    }
  }

  /** Shows a call in the words of the AWS CLI, and makes it. */
  async does(words: readonly string[], act: () => Promise<void>): Promise<void> {
    const { style, io } = this.options;
    const line = commandLine(words, io.platform);
    this.write(style.paint(`  ${this.incident.who} $ ${line}`, 'muted'));
    this.seen = this.events.length;
    this.calledAt = this.now();
    this.firstCallAt ??= this.calledAt;
    await act();
  }

  say(text: string): void {
    this.write(`  ${text}`);
  }

  /** Waits for an event about the incident's service account, since the last call. */
  async until(type: OutboundType, finding?: string): Promise<void> {
    const { timeoutMs, io } = this.options;
    const deadline = AbortSignal.any([io.signal, AbortSignal.timeout(timeoutMs)]);
    for (;;) {
      const found = this.events.findIndex((event, index) => index >= this.seen && isOf(event, type, finding));
      if (found >= 0) {
        this.seen = found + 1;
        this.endedAt = this.events[found]?.detail.at ?? 0;
        return;
      }
      if (io.signal.aborted) throw io.signal.reason;
      if (deadline.aborted) {
        const what = finding === undefined ? type : `${type} of ${finding}`;
        throw new StoryError(`${what} did not come within ${durationText(timeoutMs)}`);
      }
      await new Promise<void>((resolve) => {
        this.waiting = resolve;
        deadline.addEventListener('abort', () => resolve(), { once: true });
      });
    }
  }

  /** Asks EKS whether an association is as it was. */
  async holds(wanted: PodIdentityAssociation, why?: string): Promise<void> {
    const { style } = this.options;
    const now = await this.person.find(this.incident.at.cluster, this.incident.key);
    const role = (arn = '') => arn.split('/').at(-1);
    if (now?.roleArn !== wanted.roleArn) {
      throw new StoryError(
        `EKS has the role ${role(now?.roleArn)}, and ${role(wanted.roleArn)} was to be there`,
      );
    }
    const asked = `${style.glyphs.holds} EKS has ${now?.associationId} with the role ${role(now?.roleArn)}`;
    this.write(`  ${style.paint(asked, 'good')}${why === undefined ? '' : `: ${why}`}`);
  }

  /** Moves the sandbox's clock, and says so: what would only be waiting is not waited for. */
  async passTime(ms: number): Promise<void> {
    this.write(
      this.options.style.paint(`  (the sandbox's clock is moved on by ${durationText(ms)})`, 'muted'),
    );
    await this.options.played.cloud.advance(ms);
  }

  private outcome(): Outcome {
    const { incident, endedAt } = this;
    const since = (at: number) => Math.max(0, at - (this.firstCallAt ?? this.calledAt));
    const noticedMs = since(Math.min(endedAt, ...this.events.map(({ detail }) => detail.at)));
    return incident.staysOpen ? { incident, noticedMs } : { incident, noticedMs, endedMs: since(endedAt) };
  }

  private hear(event: OutboundEvent): void {
    if (!concerns(event, this.incident)) return;
    this.events.push(event);
    const says = told(event);
    if (says) this.tell(Math.max(0, event.detail.at - this.calledAt), says);
    this.waiting?.();
  }

  private tell(afterMs: number, { verb, tone, what }: { verb: string; tone: Tone; what: string }): void {
    const { style } = this.options;
    const head = `  ${secondsText(afterMs).padStart(7)}  `;
    const indent = ' '.repeat(head.length + VERB_WIDTH);
    const width = (style.columns ?? Number.POSITIVE_INFINITY) - indent.length;
    const [first = '', ...rest] = wrapText(what, width);
    this.write(`${style.paint(head, 'muted')}${style.paint(verb.padEnd(VERB_WIDTH), tone)}${first}`);
    for (const line of rest) this.write(`${indent}${line}`);
  }

  private write(line: string): void {
    this.options.io.stdout.write(`${line}\n`);
  }

  private now(): number {
    return this.options.played.world.clock.now();
  }
}

const VERB_WIDTH = 10;

function isOf(event: OutboundEvent, type: OutboundType, finding: string | undefined): boolean {
  if (event['detail-type'] !== type) return false;
  return finding === undefined || ('finding' in event.detail && event.detail.finding === finding);
}

function concerns({ detail }: OutboundEvent, { at, key }: Incident): boolean {
  if (!('key' in detail) || detail.key === undefined || !('cluster' in detail)) return false;
  const { namespace, serviceAccount } = detail.key;
  return (
    detail.cluster?.name === at.cluster &&
    namespace === key.namespace &&
    serviceAccount === key.serviceAccount
  );
}
