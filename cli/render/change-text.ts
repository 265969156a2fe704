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

/** What a step changes, in a few words: `role payments-v1 → payments-v2, session tags on → off`. */
export function changeText(changes: readonly ReportedChange[], style: ChangeStyle): string {
  const parts = changes
    .filter(({ field }) => style.wide || !field.startsWith(OWN_TAG))
    .map((change) => oneChange(change, style));
  const ownTags = changes.some(({ field, from }) => field.startsWith(OWN_TAG) && from !== null);
  // On a new or adopted association our tags go without saying; that they were changed or lost does not.
  if (!style.wide && (ownTags || (parts.length === 0 && changes.length > 0))) parts.push('our tags');
  return parts.join(', ');
}

function oneChange(change: ReportedChange, style: ChangeStyle): string {
  const { field, from, to } = change;
  switch (field) {
    case 'roleArn':
      return `role ${fromTo(change, style, (arn) => shortRole(arn, style))}`;
    case 'targetRoleArn':
      return `target role ${fromTo(change, style, (arn) => shortRole(arn, style))}`;
    case 'disableSessionTags':
      return from === null || to === null
        ? `session tags ${onOff(to ?? from)}`
        : `session tags ${onOff(from)} ${style.glyphs.arrow} ${onOff(to)}`;
    case 'policy':
      return from === null ? 'session policy' : to === null ? 'no session policy' : 'another session policy';
    default:
      return `tag ${field.slice('tags.'.length)} ${fromTo(change, style, (value) => JSON.stringify(value))}`;
  }
}

function fromTo(
  { from, to }: ReportedChange,
  { glyphs }: ChangeStyle,
  show: (value: string) => string,
): string {
  if (from === null) return to === null ? '' : show(to);
  return to === null ? `${show(from)} ${glyphs.arrow} none` : `${show(from)} ${glyphs.arrow} ${show(to)}`;
}

function onOff(disabled: string | null): string {
  return disabled === 'true' ? 'off' : 'on';
}

/** The name of a role of the cluster's own account; else, and when asked for, the whole ARN. */
export function shortRole(arn: string, { account, wide }: Pick<ChangeStyle, 'account' | 'wide'>): string {
  const parts = wide ? undefined : parseRoleArn(arn);
  if (!parts || parts.account !== account) return arn;
  return `${parts.path.slice(1)}${parts.roleName}`;
}

/** What a step does to the association as a whole: of one to be deleted only its role is worth a word. */
export function stepText(decision: ReportedDecision, style: ChangeStyle): string {
  const { changes = [], decision: kind, step = kind } = decision;
  if (step !== 'delete') return changeText(changes, style);
  return changeText(
    changes
      .filter(({ field }) => style.wide || field === 'roleArn')
      .map((change) => ({ ...change, to: change.from, from: null })),
    style,
  );
}
