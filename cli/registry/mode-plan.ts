import { clusterCap, DEFAULT_BRAKE } from '#shared/domain/brake.ts';
import { formatKey } from '#shared/domain/key.ts';
import type { ClusterItem } from '#shared/domain/registry/cluster-item.ts';
import { type Expected, type KeyPreview, previewEnforced } from '#shared/domain/registry/mode-preview.ts';
import type { CliContext } from '../cli-context.ts';
import { stepText } from '../render/change-text.ts';
import { paragraph } from '../text/paragraph.ts';
import { printable } from '../text/printable.ts';
import { type Style, styleFor, type Tone } from '../text/style.ts';
import { type Cell, tableLines } from '../text/table.ts';
import type { RegistryConnection } from './connect-registry.ts';
import { changesOf } from './field-changes.ts';
import { itemsOf } from './pages.ts';
import { say } from './say.ts';

const SIGNS: Readonly<
  Record<Expected, { readonly sign: string; readonly tone: Tone; readonly words: string }>
> = {
  create: { sign: '+', tone: 'create', words: 'to create' },
  update: { sign: '~', tone: 'update', words: 'to change in place' },
  takeOver: { sign: '~', tone: 'update', words: 'to take over' },
  adopt: { sign: '=', tone: 'adopt', words: 'to adopt' },
  delete: { sign: '-', tone: 'delete', words: 'to delete' },
  leave: { sign: '!', tone: 'conflict', words: 'left alone' },
  unknown: { sign: '?', tone: 'unknown', words: 'not looked at yet' },
  nothing: { sign: ' ', tone: 'muted', words: 'as wished' },
};
const ORDER: readonly Expected[] = [
  'create',
  'update',
  'takeOver',
  'adopt',
  'delete',
  'leave',
  'unknown',
  'nothing',
];

/** Prints what is to be expected on clusters that are enforced from now on, as far as the registry knows. */
export async function printModePlan(
  context: Pick<CliContext, 'io' | 'color'>,
  { registry }: Pick<RegistryConnection, 'registry'>,
  clusters: readonly ClusterItem[],
): Promise<void> {
  const { io, color } = context;
  const style = styleFor(io.stdout, io, { color });
  for (const item of clusters) {
    const { arn: clusterArn, createdAt: clusterCreatedAt } = item.cluster;
    const list = itemsOf((page) => registry.associations({ clusterArn, clusterCreatedAt }, page), {
      signal: io.signal,
    });
    const previews: (KeyPreview & { readonly wished: boolean })[] = [];
    for await (const association of list) {
      previews.push({ ...previewEnforced(association), wished: association.desired !== undefined });
    }
    io.stdout.write(`${clusterPlan(item, previews, style).join('\n')}\n\n`);
  }
  say(
    context,
    'This is what the last look saw. The next one, right after the change, decides from what is there then.',
  );
  say(
    context,
    `What is not ours stays as it is. A brake holds deletes and overwrites past its cap, over the fleet ${DEFAULT_BRAKE.fleet} in 24 hours unless the stage says otherwise.`,
  );
}

function clusterPlan(
  item: ClusterItem,
  previews: readonly (KeyPreview & { readonly wished: boolean })[],
  style: Style,
): readonly string[] {
  const { name, account, region, mode } = item.cluster;
  const head = `${style.paint(printable(name), 'strong')}  ${account} ${region}, ${mode} now`;
  const counts = ORDER.flatMap((expected) => {
    const count = previews.filter((preview) => preview.expected === expected).length;
    const { sign, tone, words } = SIGNS[expected];
    return count === 0 ? [] : [style.paint(`${sign} ${count} ${words}`.trim(), tone)];
  });
  const shown = previews.filter(({ expected, wished }) => wished && expected !== 'nothing');
  const rows = [...shown]
    .sort((left, right) => ORDER.indexOf(left.expected) - ORDER.indexOf(right.expected))
    .map((preview) => rowOf(preview, account, style));
  const cap = clusterCap(DEFAULT_BRAKE, item.associations ?? 0);
  return [
    head,
    `  ${counts.length === 0 ? 'nothing is known of it yet' : counts.join('   ')}`,
    ...tableLines(rows, { indent: 2, shrinkTo: { 1: 20, 2: 24 } }, style),
    ...unreadLines(item, style),
    ...wrapped(
      `  The brake lets ${cap} deletes and overwrites pass here in 24 hours, unless the stage says otherwise.`,
      style,
    ),
  ];
}

function wrapped(text: string, style: Style): readonly string[] {
  return paragraph(text, style).trimEnd().split('\n');
}

/** What was not read may hold anything. */
function unreadLines(item: ClusterItem, style: Style): readonly string[] {
  const lines: string[] = [];
  if (item.enrolment.state === 'enrolling') lines.push('it is still being enrolled: more may come');
  if (item.findings?.clusterUnread?.firstSeenAt !== undefined || item.access?.kind === 'failed') {
    lines.push('the last look could not read all of it');
  } else if (item.associations === undefined) lines.push('nobody has looked at all of it yet');
  return lines.map((line) => `  ${style.paint(`? ${line}`, 'unknown')}`);
}

function rowOf(preview: KeyPreview, account: string, style: Style): readonly Cell[] {
  const { sign, tone } = SIGNS[preview.expected];
  return [
    { text: sign, tone },
    { text: formatKey(preview), tone },
    { text: detailOf(preview, account, style) },
  ];
}

function detailOf(preview: KeyPreview, account: string, style: Style): string {
  const { expected, drift, before, after, note } = preview;
  const changes = changesOf(before, after);
  const decision = expected === 'create' || expected === 'delete' ? expected : 'update';
  const looks = { glyphs: style.glyphs, account, wide: false };
  const change = changes.length === 0 ? '' : stepText({ changes, decision }, looks);
  const what = change === '' ? drift.join(', ') || DEFAULT_DETAILS[expected] : change;
  return [what, note].filter(Boolean).join('; ');
}

const DEFAULT_DETAILS: Readonly<Partial<Record<Expected, string>>> = {
  adopt: 'already as wished: it becomes ours',
  unknown: 'released, and nobody has looked',
};
