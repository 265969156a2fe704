import type { AssociationItem, Intent } from './association-item.ts';

/** What an event says of an association, as far as it can be told without asking AWS. */
export interface Hint {
  /** When it happened, epoch milliseconds. */
  readonly at: number;
  readonly operation: 'create' | 'update' | 'delete' | 'tag' | 'untag';
  /** Whether the principal is our own writer role. */
  readonly byWriter: boolean;
  readonly token?: string | undefined;
  readonly associationId?: string | undefined;
}

export type HintJudgement =
  /** Our own write, told by CloudTrail. */
  | 'echo'
  /** The key was looked at since. */
  | 'answered'
  | 'look';

/** How far the time of an event may be from the time at which we noted that we would write. */
const ECHO_WINDOW_MS = 60_000;

/** Whether an event asks for a look at the key. Judging one costs no call to AWS; when in doubt, look. */
export function judgeHint(
  item: AssociationItem | undefined,
  hint: Hint,
  { settleMs }: { readonly settleMs: number },
): HintJudgement {
  if (item === undefined) return 'look';
  if (hint.byWriter && isEcho(item, hint)) return 'echo';
  const { observedAt } = item;
  return observedAt !== undefined && hint.at < observedAt - settleMs ? 'answered' : 'look';
}

function isEcho({ intent, earlierTokens, record }: AssociationItem, hint: Hint): boolean {
  if (intent === undefined) return false;
  if (hint.token !== undefined) {
    return hint.token === intent.token || (earlierTokens?.includes(hint.token) ?? false);
  }
  // Delete and tagging carry no token (facts §1.3, §2): then it has to be the write that was noted, in kind, place and time.
  const samePlace = hint.associationId !== undefined && hint.associationId === record?.associationId;
  return samePlace && KINDS[hint.operation].includes(intent.kind) && isNear(hint.at, intent.at);
}

const KINDS: Readonly<Record<Hint['operation'], readonly Intent['kind'][]>> = {
  create: [],
  update: [],
  delete: ['delete'],
  tag: ['update', 'adopt'],
  untag: ['update', 'adopt'],
};

function isNear(left: number, right: number): boolean {
  return Math.abs(left - right) <= ECHO_WINDOW_MS;
}
