import { readFileSync } from 'node:fs';
import type * as z from 'zod';
import {
  type Graph,
  GraphHead,
  HEAD_MEMBERS,
  type LeftOut,
  NOT_PLAYED,
  PlayedLists,
  REFUSED,
} from './graph-schema.ts';
import { PlayError } from './play-error.ts';

/** Lists that a reader is told to pass over although the sandbox cannot play them. */
export interface ReadOptions {
  readonly leaveOut?: readonly LeftOut[] | undefined;
}

/**
 * Reads a `graph.json` (docs/graph-format.md). Throws `PlayError` with every problem: a format of another version, a
 * list with entries that nobody plays, a property that is unknown.
 */
export function readGraph(file: string, options: ReadOptions = {}): Graph {
  const value = jsonOf(file);
  const head = GraphHead.safeParse(value);
  if (!head.success)
    throw new PlayError(`${file} is no graph that can be played:`, problemsOf(head.error, value));
  const { app, stage, partition, account, region } = head.data;
  const lists = PlayedLists.safeParse(value);
  const problems = [
    ...unplayed(head.data, options.leaveOut ?? []),
    ...(lists.success ? [] : problemsOf(lists.error, value)),
  ];
  if (!lists.success || problems.length > 0) throw new PlayError(`${file} cannot be played:`, problems);
  return { app, stage, partition, account, region, ...lists.data };
}

function jsonOf(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new PlayError(`${file} cannot be read:`, [error instanceof Error ? error.message : String(error)]);
  }
}

function unplayed(graph: Readonly<Record<string, unknown>>, leaveOut: readonly string[]): string[] {
  const accepted = new Set([
    ...HEAD_MEMBERS,
    ...Object.keys(PlayedLists.shape),
    ...Object.keys(NOT_PLAYED),
    ...leaveOut,
  ]);
  return Object.entries(graph).flatMap(([list, entries]) => {
    if (accepted.has(list)) return [];
    const isKnown = (REFUSED as readonly string[]).includes(list);
    if (isKnown && Array.isArray(entries) && entries.length === 0) return [];
    return [`${list}: the sandbox does not play ${isKnown ? namesOf(entries) : 'this'}`];
  });
}

function namesOf(entries: unknown): string {
  const list = Array.isArray(entries) ? (entries as unknown[]) : [];
  return list.map((entry) => nameOf(entry) ?? '(unnamed)').join(', ');
}

function nameOf(entry: unknown): string | undefined {
  return typeof entry === 'object' && entry !== null && 'name' in entry ? String(entry.name) : undefined;
}

/** `rules RuleName: pattern: …`: by the name of the entry and not its number. */
function problemsOf(error: z.ZodError, graph: unknown): string[] {
  return error.issues.map(({ path, message }) => {
    const [list, index, ...rest] = path;
    const entries = (graph as Readonly<Record<PropertyKey, unknown>> | null)?.[list ?? ''];
    const entry: unknown = Array.isArray(entries) && typeof index === 'number' ? entries[index] : undefined;
    const where = [String(list ?? ''), nameOf(entry) ?? index].filter(
      (part) => part !== undefined && part !== '',
    );
    return `${[where.join(' '), ...rest.map(String)].filter(Boolean).join('.')}: ${message}`;
  });
}
