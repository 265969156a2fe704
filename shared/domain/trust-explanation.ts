import type { Doubt } from '#shared/iam/conditions.ts';
import type { PolicyProblem } from '#shared/iam/document.ts';
import type { Answer, NearMiss, StatementRef } from '#shared/iam/evaluate.ts';
import type { ActionAnswer, TrustAnswer } from '#shared/iam/trust.ts';
import type { TrustStatement } from './trust-statement.ts';

export type TrustVerdict = 'admits' | 'denies' | 'unknown';

/** What a trust policy means for one situation, and how to put it right. */
export interface TrustExplanation {
  readonly verdict: TrustVerdict;
  /** One sentence for a person. */
  readonly reason: string;
  /** Why the policy cannot be read; then the verdict is `unknown`. */
  readonly problems: readonly PolicyProblem[];
  /** What decided, for every action; empty when the policy cannot be read. */
  readonly decidedBy: readonly ActionAnswer[];
  /** The condition keys that would have to be known; empty unless the verdict is `unknown`. */
  readonly unknownKeys: readonly string[];
  /** What to add. Left out when nothing is missing, and when adding does not help, as with an explicit deny. */
  readonly missing?: MissingTrust;
}

export interface MissingTrust {
  readonly statements: readonly TrustStatement[];
  /** The whole trust policy with them added. Left out when the present one cannot be read. */
  readonly correctedPolicy?: string;
}

/** An explanation before anybody has looked for what is missing. */
export type TrustFinding = Omit<TrustExplanation, 'missing'>;

/** Puts the answer of the evaluator into words. `who` is the caller: "EKS Pod Identity". */
export function trustFinding(answer: TrustAnswer, who: string): TrustFinding {
  const decidedBy = answer.answer === 'malformed' ? [] : answer.actions;
  const common = { problems: [], unknownKeys: [], decidedBy };
  switch (answer.answer) {
    case 'malformed': {
      const [first] = answer.problems;
      const reason = `The trust policy cannot be read: at ${first?.path}, ${first?.message}`;
      return { ...common, verdict: 'unknown', reason, problems: answer.problems };
    }
    case 'admits':
      return { ...common, verdict: 'admits', reason: `The trust policy admits ${who}.` };
    case 'denies':
      return { ...common, verdict: 'denies', reason: denialReason(answer.actions, who) };
    case 'unknown':
      return {
        ...common,
        verdict: 'unknown',
        reason: doubtReason(answer.actions, who),
        unknownKeys: answer.keys,
      };
  }
}

function doubtReason(actions: readonly ActionAnswer[], who: string): string {
  const doubts = actions.flatMap(({ answer }) =>
    answer.answer === 'unknown' ? answer.open.flatMap((statement) => statement.doubts) : [],
  );
  const keysOf = (why: Doubt['why']) =>
    [...new Set(doubts.filter((doubt) => doubt.why === why).map(({ key }) => key))].join(', ');
  const unknown = keysOf('unknownKey');
  return unknown
    ? `Whether the trust policy admits ${who} depends on ${unknown}.`
    : `Whether the trust policy admits ${who} is not documented by AWS, for how it uses ${keysOf('undocumented')}.`;
}

function denialReason(actions: readonly ActionAnswer[], who: string): string {
  for (const { action, answer } of actions) {
    if (answer.answer === 'denies') return `${action}: ${deniedBecause(answer, who)}.`;
  }
  throw new Error('a denial has an action that is denied');
}

function deniedBecause(answer: Extract<Answer, { answer: 'denies' }>, who: string): string {
  if (answer.kind === 'explicit') return `${nameOf(answer.by)} denies it to ${who}`;
  const nearest = answer.nearMisses.toSorted((left, right) => closeness(right) - closeness(left))[0];
  if (!nearest || nearest.missed === 'principal') return `no statement allows it to ${who}`;
  const statement = nameOf(nearest.statement);
  if (nearest.missed !== 'condition') return `${statement} names ${who}, but not this ${nearest.missed}`;
  const { operator, key } = nearest.condition;
  const given = nearest.given ? `the request has ${nearest.given.join(', ')}` : 'the request has no such key';
  return `${statement} wants ${operator} ${key} ${nearest.wanted.join(' or ')}, and ${given}`;
}

/** How far a statement got: the later the first mismatch, the closer. */
function closeness(miss: NearMiss): number {
  return ['principal', 'action', 'resource', 'condition'].indexOf(miss.missed);
}

function nameOf(statement: StatementRef): string {
  return statement.sid === undefined ? `statement ${statement.index + 1}` : `statement ${statement.sid}`;
}
