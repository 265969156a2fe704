import { changeMode, type ModeAnswer, raises } from '#shared/app/registry/change-mode.ts';
import { readFreeze } from '#shared/app/registry/freeze.ts';
import type { Mode } from '#shared/domain/mode.ts';
import type { ClusterItem } from '#shared/domain/registry/cluster-item.ts';
import { whoText } from '#shared/domain/who-text.ts';
import type { CliContext } from '../cli-context.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { countText } from '../text/count-text.ts';
import { askedBy } from './asked-by.ts';
import { type ChosenBy, chosenClusters } from './chosen-clusters.ts';
import type { RegistryConnection } from './connect-registry.ts';
import { printModePlan } from './mode-plan.ts';
import { say } from './say.ts';
import { type RegistryOptions, withRegistry } from './with-registry.ts';

/** The options of `rolecall mode`. */
export interface ModeOptions extends RegistryOptions, ChosenBy {
  readonly reason: string;
  readonly yes?: boolean;
}

/**
 * `rolecall mode`: changes what Rolecall may do on clusters. Before it may write it shows what it would write, and asks;
 * to take that right away asks nobody.
 */
export async function modeCommand(
  context: CliContext,
  mode: Mode,
  names: readonly string[],
  options: ModeOptions,
): Promise<ExitCode> {
  const { io } = context;
  return await withRegistry(context, options, async (connection) => {
    const clusters = await chosenClusters(connection, names, options, io.signal);
    const asked = await askedBy(connection, options.reason, io.signal);
    const changing = clusters.filter(({ cluster }) => cluster.mode !== mode);
    for (const { cluster } of clusters) {
      if (cluster.mode === mode) say(context, `${cluster.name}: ${mode} already`);
    }
    if (changing.length === 0) return EXIT.clean;
    if (mode === 'enforce' && !(await approved(context, connection, changing, options))) return EXIT.error;
    let moved = 0;
    for (const item of changing) {
      const { arn: clusterArn, createdAt, mode: from } = item.cluster;
      const answer = await changeMode(connection, { clusterArn, createdAt, from, to: mode }, asked);
      if (answer === 'moved') moved += 1;
      say(context, answerText(item, mode, answer), { to: answer === 'moved' ? 'stderr' : 'stdout' });
    }
    say(context, `  Changed by ${whoText(asked.by)}: ${asked.why}`);
    return moved === 0 ? EXIT.clean : EXIT.error;
  });
}

/** Shows what would be written, and asks. */
async function approved(
  context: CliContext,
  connection: RegistryConnection,
  clusters: readonly ClusterItem[],
  { yes }: ModeOptions,
): Promise<boolean> {
  const { io } = context;
  await printModePlan(context, connection, clusters);
  const freeze = await readFreeze(connection);
  if (freeze?.frozen) {
    const { by, reason } = freeze;
    const frozen = `Writes are FROZEN by ${whoText(by)} (${reason}): nothing is written until rolecall unfreeze.`;
    say(context, frozen, { tone: 'delete' });
  }
  if (yes) return true;
  if (!io.stdin.isTTY || !io.stderr.isTTY) {
    io.stderr.write('error: nothing was changed: there is no terminal on which to ask\n  add --yes\n');
    return false;
  }
  const question = `Let Rolecall write to ${countText(clusters.length, 'cluster')}? [y/N] `;
  const answer = await io.stdin.question(question, io.signal);
  if (/^\s*y(es)?\s*$/i.test(answer ?? '')) return true;
  io.stderr.write('Nothing was changed.\n');
  return false;
}

function answerText({ cluster }: ClusterItem, mode: Mode, answer: ModeAnswer): string {
  const { name, mode: from } = cluster;
  switch (answer) {
    case 'unchanged':
      return `${name}: ${mode} already`;
    case 'moved':
      return `error: ${name} was changed by somebody else meanwhile: it stays as it is now; look, and run it again`;
    case 'changed':
      return `${name}: ${from} ► ${mode}. ${consequence(from, mode)}`;
  }
}

function consequence(from: Mode, mode: Mode): string {
  if (raises(from, mode)) {
    return mode === 'enforce'
      ? 'It is looked at now, and what is ours is put right.'
      : 'It is looked at now; nothing is written.';
  }
  return mode === 'observe'
    ? 'From the next look on nothing is written; a write that had begun is finished.'
    : 'From the next look on nothing is looked at or written; a write that had begun is finished.';
}
