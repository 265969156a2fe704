import type { ReportedDecision } from '../report/check-report.ts';
import type { Glyphs, Tone } from '../text/style.ts';
import type { Cell } from '../text/table.ts';
import { type ChangeStyle, OUR_TAGS, shortRoles, stepText } from './change-text.ts';
import { HOLD_WORDS } from './hold-words.ts';
import { podWords } from './pod-words.ts';

/** A takeover is an adoption that takes something from somebody, or changes it. */
type StepKind = 'create' | 'update' | 'adopt' | 'takeover' | 'delete';

const STEP_SYMBOL: Readonly<Record<StepKind, string>> = {
  create: '+',
  update: '~',
  delete: '-',
  adopt: '=',
  takeover: '~',
};
const DONE_WORD: Readonly<Record<StepKind, string>> = {
  create: 'created',
  update: 'changed',
  adopt: 'adopted',
  takeover: 'taken over',
  delete: 'deleted',
};

const NOT_ALLOWED: Readonly<Record<string, string>> = {
  frozen: 'all writes are stopped',
  superseded: 'the wish moved meanwhile',
  braked: 'past the brake',
};

interface Mark {
  readonly symbol: string;
  readonly tone?: Tone | undefined;
}

/** One line of the plan: symbol, key, what and why, and what running pods notice. */
export function decisionRow(decision: ReportedDecision, style: ChangeStyle): readonly Cell[] {
  const { symbol, tone } = markOf(decision, style.glyphs);
  const pods = decision.podEffect && concernsPods(decision) ? podWords(decision.podEffect, style.glyphs) : '';
  const key = `${decision.namespace}/${decision.serviceAccount}`;
  const id = style.wide ? [{ text: decision.associationId ?? '-', tone: 'muted' as const }] : [];
  return [
    { text: symbol, tone },
    { text: key, tone: tone === 'muted' ? tone : undefined },
    ...id,
    { text: textOf(decision, style), tone: tone === 'muted' ? tone : undefined },
    { text: pods, tone: 'muted' },
  ];
}

/** A step that is not taken has no effect. */
export function concernsPods({ decision, outcome }: ReportedDecision): boolean {
  return decision !== 'hold' && (outcome === undefined || outcome.kind === 'applied');
}

function markOf(decision: ReportedDecision, glyphs: Glyphs): Mark {
  const { outcome } = decision;
  if (outcome?.kind === 'found' || outcome?.kind === 'failed') return { symbol: '!', tone: 'conflict' };
  if (outcome?.kind === 'later') return { symbol: glyphs.settling, tone: 'unknown' };
  switch (decision.decision) {
    case 'create':
    case 'update':
    case 'adopt':
    case 'delete': {
      const kind = stepKind(decision.decision, decision);
      return { symbol: STEP_SYMBOL[kind], tone: kind === 'takeover' ? 'update' : kind };
    }
    case 'hold':
      return {
        symbol: decision.step ? STEP_SYMBOL[stepKind(decision.step, decision)] : ' ',
        tone: 'muted',
      };
    case 'report':
      return { symbol: '!', tone: decision.wished ? 'conflict' : 'muted' };
    case 'settling':
      return { symbol: glyphs.settling, tone: 'unknown' };
    case 'unknown':
      return { symbol: '?', tone: 'unknown' };
    case 'converged':
      return { symbol: ' ', tone: 'muted' };
  }
}

function stepKind(step: Exclude<StepKind, 'takeover'>, { takeover }: ReportedDecision): StepKind {
  return takeover ? 'takeover' : step;
}

function textOf(decision: ReportedDecision, style: ChangeStyle): string {
  const what = stepText(decision, style);
  const { outcome } = decision;
  if (!outcome) return plannedText(decision, what, style);
  const kind = decision.decision;
  const isStep = kind === 'create' || kind === 'update' || kind === 'adopt' || kind === 'delete';
  const done = isStep ? DONE_WORD[stepKind(kind, decision)] : 'done';
  switch (outcome.kind) {
    case 'applied':
      return what === '' ? done : `${done}: ${what}`;
    case 'found':
    case 'failed':
      return `not ${done}: ${outcome.message ?? outcome.because ?? 'no reason given'}`;
    case 'later':
      return `not settled in time: ${outcome.message ?? 'check again'}`;
    case 'held':
      return `not ${done}: ${NOT_ALLOWED[outcome.because ?? ''] ?? 'it was held'}`;
  }
}

function plannedText(decision: ReportedDecision, changes: string, style: ChangeStyle): string {
  const why = whyText(decision, style);
  // An adoption that only sets our tags is told by its reason.
  const what = decision.decision === 'adopt' && changes === OUR_TAGS ? '' : changes;
  const planned = what !== '' && why !== '' ? `${what} (${why})` : what || why;
  if (decision.decision !== 'hold' || decision.heldBecause === undefined) return planned;
  const held = HOLD_WORDS[decision.heldBecause].short;
  return decision.step === undefined ? held : `held, ${held}: ${planned}`;
}

/** The reason, unless the changes say it already. */
function whyText(decision: ReportedDecision, style: ChangeStyle): string {
  const { decision: kind, step = kind, drift, roleArn } = decision;
  const reason = shortRoles(decision.reason, style);
  if (step === 'update') return drift.includes('replaced') ? 'replaced by another association' : '';
  if (kind === 'converged') return style.wide && roleArn !== undefined ? roleArn : reason;
  return reason;
}
