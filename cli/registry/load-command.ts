import { createHash } from 'node:crypto';
import { loadRules } from '#shared/app/registry/enrolment-rules.ts';
import {
  compareManifests,
  type DifferingMapping,
  type LoadAnswer,
  type LoadProgress,
  loadManifests,
} from '#shared/app/registry/load-manifests.ts';
import { releaseToEnrolled } from '#shared/app/registry/release-to-enrolled.ts';
import { formatMappingKey } from '#shared/domain/key.ts';
import type { Mapping } from '#shared/domain/mapping.ts';
import type { EnrolmentRule } from '#shared/domain/registry/enrolment.ts';
import type { CliContext } from '../cli-context.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { loadFaultless } from '../load-mappings.ts';
import { countText, groupDigits, listText } from '../text/count-text.ts';
import { printable } from '../text/printable.ts';
import { startProgressLine } from '../text/progress-line.ts';
import { styleFor } from '../text/style.ts';
import { UsageError } from '../usage-error.ts';
import { askedBy } from './asked-by.ts';
import type { RegistryConnection } from './connect-registry.ts';
import { differencesText, loadRefused } from './load-refusal.ts';
import { planOfRules, rulesRefused } from './rules-plan.ts';
import { type RegistryOptions, withRegistry } from './with-registry.ts';

/** The options of `rolecall registry load`. */
export interface LoadOptions extends RegistryOptions {
  readonly file: readonly string[];
  readonly yes?: boolean;
  readonly reason: string;
}

/**
 * `rolecall registry load`: puts mappings in as revision 1, and releases them to the clusters that are enrolled; puts
 * enrolment rules in the place of those of the same names. Done again after it was cut short, it goes on where it was.
 */
export async function loadCommand(context: CliContext, options: LoadOptions): Promise<ExitCode> {
  const { io } = context;
  const { files, mappings, rules } = await loadFaultless(options.file, io, 'nothing was loaded');
  if (mappings.length + rules.length === 0) {
    throw new UsageError(`there is no mapping and no rule in ${countText(files, 'file')}`, 'look at -f');
  }
  return await withRegistry(context, options, async (connection) => {
    const { missing, differing } = await compareManifests(connection, mappings);
    if (differing.length > 0) throw refused(context, differing, 'nothing was loaded');
    const plan = await planOfRules(connection, rules);
    io.stdout.write(missing.map((mapping) => `  + ${planLine(mapping)}\n`).join(''));
    io.stdout.write(plan.lines.map((line) => `  ${line}\n`).join(''));
    const where = `installation ${connection.installation}, ${connection.region}`;
    if (mappings.length > 0) {
      io.stdout.write(
        `${countText(missing.length, 'mapping')} to load as revision 1, ${countText(mappings.length - missing.length, 'mapping')} there already (${where})\n`,
      );
    }
    if (rules.length > 0) io.stdout.write(`${plan.summary} (${where})\n`);
    const news = [
      ...(missing.length > 0 ? [countText(missing.length, 'mapping')] : []),
      ...(plan.changes > 0 ? [countText(plan.changes, 'enrolment rule')] : []),
    ];
    if (news.length > 0 && !(await mayLoad(context, options, listText(news)))) return EXIT.error;
    if (mappings.length > 0) {
      const answer = await load(context, connection, mappings, options);
      // Somebody else loaded another text at the same moment.
      if (answer.kind === 'refused') throw refused(context, answer.differing, 'only the others were loaded');
    }
    if (plan.changes > 0) await putRules(context, connection, rules, options);
    return mappings.length > 0 ? await release(context, connection, mappings, options) : EXIT.clean;
  });
}

async function putRules(
  { io }: CliContext,
  connection: RegistryConnection,
  rules: readonly EnrolmentRule[],
  { reason }: LoadOptions,
): Promise<void> {
  const asked = await askedBy(connection, reason, io.signal);
  const answer = await loadRules(connection, rules, asked);
  if (answer === 'clash' || answer === 'tooMany') throw rulesRefused(answer);
  io.stdout.write('Rules loaded: they count for clusters that are enrolled from now on.\n');
}

function planLine({ key, team, mode, targets }: Mapping): string {
  return printable(`${formatMappingKey(key)}  team ${team}, ${mode}, ${countText(targets.length, 'target')}`);
}

function refused(
  { io }: CliContext,
  differing: readonly DifferingMapping[],
  consequence: string,
): UsageError {
  io.stderr.write(differencesText(differing));
  return loadRefused(differing, consequence);
}

async function mayLoad({ io }: CliContext, { yes, file }: LoadOptions, what: string): Promise<boolean> {
  if (yes) return true;
  if (!io.stdin.isTTY || !io.stderr.isTTY || file.includes('-')) {
    io.stderr.write('error: nothing was loaded: there is no terminal on which to ask\n  add --yes\n');
    return false;
  }
  const answer = await io.stdin.question(`Load ${what}? [y/N] `, io.signal);
  if (/^\s*y(es)?\s*$/i.test(answer ?? '')) return true;
  io.stderr.write('Nothing was loaded.\n');
  return false;
}

async function load(
  context: CliContext,
  connection: RegistryConnection,
  mappings: readonly Mapping[],
  { reason }: LoadOptions,
): Promise<LoadAnswer> {
  const asked = await askedBy(connection, reason, context.io.signal);
  return await withProgress(context, 'mapping', 'loaded', (onProgress) =>
    loadManifests(connection, mappings, asked, onProgress),
  );
}

/** What was loaded is for clusters that are there already, too. */
async function release(
  context: CliContext,
  connection: RegistryConnection,
  mappings: readonly Mapping[],
  { reason }: LoadOptions,
): Promise<ExitCode> {
  const { io } = context;
  const asked = await askedBy(connection, reason, io.signal);
  const { done, open } = await withProgress(context, 'cluster', 'released to', async (onCluster) => {
    const ends = { done: 0, open: 0 };
    for await (const { ended } of releaseToEnrolled(connection, nameOf(mappings), asked, { onCluster })) {
      ends[ended === 'done' ? 'done' : 'open'] += 1;
    }
    return ends;
  });
  io.stdout.write(`Loaded; released to ${countText(done, 'enrolled cluster')}.\n`);
  if (open === 0) return EXIT.clean;
  io.stderr.write(
    `error: ${countText(open, 'cluster')} did not get everything yet: somebody else is at it\n  run the same command again: it goes on where it was\n`,
  );
  return EXIT.error;
}

/** Shows on stderr how far long work is: `released to 12 of 100 clusters`. */
async function withProgress<Result>(
  { io, color }: CliContext,
  what: string,
  verb: string,
  work: (onProgress: (progress: LoadProgress) => void) => Promise<Result>,
): Promise<Result> {
  let text = `${verb} no ${what} yet`;
  const { glyphs } = styleFor(io.stderr, io, { color });
  const line = startProgressLine(io.stderr, () => text, { quiet: false, glyphs });
  const onProgress = ({ done, total }: LoadProgress) => {
    text = `${verb} ${groupDigits(done)} of ${countText(total, what)}`;
  };
  try {
    return await work(onProgress);
  } finally {
    line.end();
  }
}

/** The same for the same manifests, so that a load done again takes up its own release. */
function nameOf(mappings: readonly Mapping[]): string {
  const texts = mappings.map(({ source: _, ...document }) => JSON.stringify(document)).sort();
  return `load ${createHash('sha256').update(texts.join('\n')).digest('hex').slice(0, 16)}`;
}
