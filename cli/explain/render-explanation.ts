import type { Explanation, Fix, Link } from '#shared/app/explain/explanation.ts';
import { formatKey } from '#shared/domain/key.ts';
import { printable } from '../text/printable.ts';
import { commandLine } from '../text/shell-quote.ts';
import type { Glyphs, Style, Tone } from '../text/style.ts';
import { tableLines } from '../text/table.ts';

export interface ExplanationContext {
  /** The command that would put right what a repair can. */
  readonly repair: string;
  readonly platform: NodeJS.Platform;
  /** Added to lines for the AWS CLI. */
  readonly profileWords: readonly string[];
}

/** The chain, link by link, then the verdict and the fix of the first link that is not known to hold. */
export function renderExplanation(
  explanation: Explanation,
  style: Style,
  context: ExplanationContext,
): string {
  const { cluster, key, links, verdict } = explanation;
  const heading = `${style.paint(formatKey(key), 'strong')} on ${style.paint(printable(cluster.name), 'strong')} (${cluster.account} ${cluster.region})`;
  const rows = links.map((link) => [
    { text: symbolOf(link, style.glyphs), tone: TONES[link.state] },
    { text: link.name, tone: link.state === 'skipped' ? ('muted' as const) : undefined },
    { text: link.says, tone: link.state === 'skipped' ? ('muted' as const) : undefined },
  ]);
  const lines = [heading, ...tableLines(rows, { indent: 2, shrinkTo: { 2: 30 } }, style), ''];
  const first = verdict.kind === 'holds' ? undefined : links.find(({ name }) => name === verdict.link);
  return `${[...lines, ...(first ? fixLines(first, style, context) : []), closing(explanation, style)].join('\n')}\n`;
}

const TONES: Readonly<Record<Link['state'], Tone>> = {
  holds: 'good',
  broken: 'delete',
  unknown: 'unknown',
  skipped: 'muted',
};

function symbolOf({ state }: Link, glyphs: Glyphs): string {
  switch (state) {
    case 'holds':
      return glyphs.holds;
    case 'broken':
      return glyphs.broken;
    case 'unknown':
      return '?';
    case 'skipped':
      return '-';
  }
}

/** Commands and Terraform are neither wrapped nor coloured, so that they can be copied whole. */
function fixLines(link: Link, style: Style, context: ExplanationContext): readonly string[] {
  const { fix } = link;
  if (!fix) return [];
  const heading = link.state === 'broken' ? 'Fix' : 'If it is broken';
  return [
    `${style.paint(`${heading}:`, 'strong')} ${printable(fix.what)}`,
    '',
    ...blocks(fix, style, context),
  ];
}

function blocks(
  fix: Fix,
  style: Style,
  { repair, platform, profileWords }: ExplanationContext,
): readonly string[] {
  const block = (title: string, text: string) => [
    style.paint(`# ${title}`, 'muted'),
    ...text.trimEnd().split('\n'),
    '',
  ];
  return [
    ...(fix.byRepair ? block('Rolecall', repair) : []),
    ...(fix.awsCli
      ? block(
          'AWS CLI',
          fix.awsCli.map((words) => commandLine([...words, ...profileWords], platform)).join('\n'),
        )
      : []),
    ...(fix.terraform ? block('Terraform', fix.terraform) : []),
    ...(fix.manifest ? block('mapping manifest', fix.manifest) : []),
  ];
}

function closing({ verdict, associatedAt }: Explanation, style: Style): string {
  switch (verdict.kind) {
    case 'holds': {
      const since = associatedAt === undefined ? '' : ` (${new Date(associatedAt).toISOString()})`;
      return `${style.paint('Exit 0: every link holds', 'good')}. A pod made before the association${since} has no credentials until it is re-created`;
    }
    case 'unknown':
      return style.paint(
        `Exit 1: no link is known to be broken; the ${verdict.link} could not be told`,
        'strong',
      );
    case 'broken':
      return style.paint(`Exit 2: the ${verdict.link} is the first broken link`, 'strong');
  }
}
