import { parseRoleArn } from '#shared/domain/role.ts';
import type { ReportedChange, ReportedDecision } from '../report/check-report.ts';
import type { Glyphs } from '../text/style.ts';

export interface ChangeStyle {
  readonly glyphs: Glyphs;
  /** The cluster's account: a role of it is shown by its name alone. */
  readonly account: string;
  /** Whole ARNs, and our own tags too. */
  readonly wide: boolean;
}

const OWN_TAG = 'tags.rolecall.dev/';

/** What a step does, in a few words: `role payments-v1 → payments-v2, session tags on → off`. */
export function stepText(
  decision: Pick<ReportedDecision, 'changes' | 'decision' | 'step'>,
  style: ChangeStyle,
): string {
  const { changes = [], decision: kind, step = kind } = decision;
  switch (step) {
    case 'create':
      return has(visible(changes, style), 'to', style);
    case 'delete':
      // Of what goes only the role is worth a word.
      return has(style.wide ? changes : changes.filter(({ field }) => field === 'roleArn'), 'from', style);
    default:
      return becomes(changes, style);
  }
}

function visible(changes: readonly ReportedChange[], { wide }: ChangeStyle): readonly ReportedChange[] {
  return wide ? changes : changes.filter(({ field }) => !field.startsWith(OWN_TAG));
}

/** What an association that is made, or deleted, has. */
function has(changes: readonly ReportedChange[], side: 'from' | 'to', style: ChangeStyle): string {
  const parts = changes.map((change) => {
    const value = change[side] ?? '';
    switch (change.field) {
      case 'roleArn':
        return `role ${shortRole(value, style)}`;
      case 'targetRoleArn':
        return `target role ${shortRole(value, style)}`;
      case 'disableSessionTags':
        return 'session tags off';
      case 'policy':
        return 'a session policy';
      default:
        return `${tagName(change)} ${JSON.stringify(value)}`;
    }
  });
  return parts.join(', ');
}

/** What becomes what in an association that stays. */
function becomes(changes: readonly ReportedChange[], style: ChangeStyle): string {
  const parts = visible(changes, style).map((change) => fieldBecomes(change, style));
  if (parts.length < changes.length) parts.push(OUR_TAGS);
  return parts.join(', ');
}

/** That an association bears our tags from now on goes without saying, unless it is all that changes. */
export const OUR_TAGS = 'our tags';

function fieldBecomes(change: ReportedChange, style: ChangeStyle): string {
  const arrow = (show: (value: string) => string) =>
    `${change.from === null ? 'none' : show(change.from)} ${style.glyphs.arrow} ${change.to === null ? 'none' : show(change.to)}`;
  switch (change.field) {
    case 'roleArn':
      return `role ${arrow((arn) => shortRole(arn, style))}`;
    case 'targetRoleArn':
      return `target role ${arrow((arn) => shortRole(arn, style))}`;
    case 'disableSessionTags':
      return `session tags ${arrow((disabled) => (disabled === 'true' ? 'off' : 'on'))}`;
    case 'policy':
      return `session policy ${policyWord(change)}`;
    default:
      return `${tagName(change)} ${arrow((value) => JSON.stringify(value))}`;
  }
}

function policyWord({ from, to }: ReportedChange): string {
  if (from === null) return 'added';
  return to === null ? 'removed' : 'changed';
}

function tagName({ field }: ReportedChange): string {
  return `tag ${field.slice('tags.'.length)}`;
}

/** The name of a role of the cluster's own account; else, and when asked for, the whole ARN. */
function shortRole(arn: string, { account, wide }: Pick<ChangeStyle, 'account' | 'wide'>): string {
  const parts = wide ? undefined : parseRoleArn(arn);
  if (!parts || parts.account !== account) return arn;
  return `${parts.path.slice(1)}${parts.roleName}`;
}

/** A sentence with the roles of the cluster's own account by their names. */
export function shortRoles(sentence: string, style: Pick<ChangeStyle, 'account' | 'wide'>): string {
  return sentence.replace(/arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]*\w/g, (arn) => shortRole(arn, style));
}
