import type { CliContext } from '../cli-context.ts';
import { ageText, timeText } from '../text/age-text.ts';
import { paragraph } from '../text/paragraph.ts';
import { printable } from '../text/printable.ts';
import { styleFor, type Tone } from '../text/style.ts';
import { tableLines } from '../text/table.ts';
import { AUDIT_VIEW } from './audit-view.ts';
import type { RegistryConnection } from './connect-registry.ts';
import { type History, moreText } from './history.ts';
import type { ListView } from './list-view.ts';
import { plainDocument } from './plain-document.ts';
import { printDocument } from './print-document.ts';
import { type RenderListOptions, renderTable } from './print-list.ts';

/** What `describe` was asked for. */
export interface DescribeAsked {
  readonly connection: RegistryConnection;
  readonly name: string;
  readonly cluster?: string | undefined;
  /** Entries of the history. */
  readonly limit: number;
  readonly signal: AbortSignal;
}

/** One line of what a person asks first. */
export interface Fact {
  readonly title: string;
  readonly text: string;
  readonly tone?: Tone | undefined;
}

/** More of it, below a heading of its own. */
export interface Section {
  readonly title: string;
  text(looks: RenderListOptions): string;
}

/** All that is known of one thing: for people what they ask, in that order; for programs everything. */
export interface Description {
  readonly kind: string;
  readonly name: string;
  readonly document: Readonly<Record<string, unknown>>;
  readonly facts: readonly Fact[];
  readonly sections?: readonly Section[];
  /** What a person must know in order not to take the facts for more than they are. */
  readonly note?: string | undefined;
  /** Where to read on: what is found there, and the words of the command. */
  readonly next?: { readonly what: string; readonly words: readonly string[] } | undefined;
  readonly history: History;
  /** Every entry of the history is about the thing itself, which need not be said with each. */
  readonly isAllAboutIt?: true;
  /** Whose audit the history was looked for in. */
  readonly cluster?: string;
}

/** `2026-11-20T12:00:00Z (3m ago)`, or `(in 58s)` where it is still to come. */
export function whenText(at: number, now: number): string {
  const distance = at > now ? `in ${ageText(at - now)}` : `${ageText(now - at)} ago`;
  return `${timeText(at)} (${distance})`;
}

/** A fact that there may be none of. */
export function factOf(title: string, text: string | undefined, tone?: Tone): readonly Fact[] {
  return text === undefined || text === '' ? [] : [{ title, text, tone }];
}

/** A list with a heading; none where it is empty. */
export function listSection<Item>(
  title: string,
  items: readonly Item[],
  view: Pick<ListView<Item>, 'columns'>,
): readonly Section[] {
  return items.length === 0 ? [] : [{ title, text: (looks) => renderTable(items, view, looks) }];
}

const AUDIT_OF_ONE = { columns: AUDIT_VIEW.columns.filter(({ title }) => title !== 'ABOUT') };

/** Prints a description in the form asked for. */
export async function printDescription(
  description: Description,
  output: 'text' | 'json' | 'yaml',
  context: CliContext,
): Promise<void> {
  if (output === 'text') {
    printForPeople(description, context);
    return;
  }
  const { kind, name, document, history } = description;
  const whole = {
    apiVersion: 'rolecall.dev/v1',
    kind,
    name,
    ...document,
    history: history.entries.map(plainDocument),
    moreHistory: history.more !== 'none',
  };
  await printDocument(whole, output, context.io);
}

function printForPeople(description: Description, context: CliContext): void {
  const { kind, name, facts, sections = [], next, note, history, cluster, isAllAboutIt } = description;
  const { io, clock, color, invocation } = context;
  const style = styleFor(io.stdout, io, { color });
  const looks = { wide: false, style, now: clock.now() };
  const heading = (text: string) => `${style.paint(printable(text), 'strong')}\n`;
  const rows = facts.map(({ title, text, tone }) => [
    { text: title, tone: 'muted' as const },
    { text, tone },
  ]);
  io.stdout.write(heading(`${kind} ${name}`));
  io.stdout.write(
    tableLines(rows, { indent: 2, shrinkTo: { 1: 24 } }, style)
      .map((line) => `${line}\n`)
      .join(''),
  );
  for (const section of sections) io.stdout.write(`\n${heading(section.title)}${section.text(looks)}`);
  // A command is not wrapped, so that it can be copied whole.
  if (next) io.stdout.write(`\n${heading(next.what)}  ${printable(invocation.other(next.words))}\n`);
  if (note !== undefined) io.stdout.write(`\n${paragraph(note, style, 'update')}`);
  io.stdout.write(`\n${heading('What was done, newest first')}`);
  if (history.entries.length > 0)
    io.stdout.write(renderTable(history.entries, isAllAboutIt ? AUDIT_OF_ONE : AUDIT_VIEW, looks));
  const more = moreText(history, cluster);
  if (more !== undefined) io.stdout.write(paragraph(`  ${more}`, style));
}
