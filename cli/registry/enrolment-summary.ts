import { durationText } from '../text/age-text.ts';
import { countText } from '../text/count-text.ts';
import type { EnrolmentRow, RowState } from './enrolment-view.ts';

/** Why one stopped watching. */
export type WatchEnd = 'over' | 'timeOut' | 'stopped';

const COUNTED: readonly (readonly [state: RowState, word: string])[] = [
  ['enrolled', 'enrolled'],
  ['known', 'known before'],
  ['waiting', 'waiting'],
  ['asked', 'not begun'],
  ['retrying', 'failed and tried again'],
  ['missing', 'not there'],
  ['failed', 'failed'],
];

/** `2 enrolled, 1 known before; 1 account and region could not be read`. */
export function enrolmentSummary(rows: readonly EnrolmentRow[]): string {
  const clusters = rows.filter(({ cluster }) => cluster !== undefined);
  const counts = COUNTED.flatMap(([state, word]) => {
    const count = clusters.filter((row) => row.state === state).length;
    return count === 0 ? [] : [`${count} ${word}`];
  });
  const places = (state: RowState, says: string) => {
    const count = rows.filter((row) => row.state === state && row.cluster === undefined).length;
    return count === 0 ? [] : [`${countText(count, 'account and region', 'accounts and regions')} ${says}`];
  };
  const parts = [
    ...(counts.length === 0 ? [] : [counts.join(', ')]),
    ...places('empty', 'without clusters'),
    ...places('asked', 'not listed yet'),
    ...places('unreadable', 'could NOT be read: unknown is not empty'),
  ];
  return parts.join('; ');
}

interface HintContext {
  readonly installation: string;
  readonly ended: WatchEnd;
  readonly timeoutMs: number;
}

/** What to do about what did not work, and what comes next, each said once. */
export function enrolmentHints(rows: readonly EnrolmentRow[], context: HintContext): readonly string[] {
  const { installation, ended, timeoutMs } = context;
  const hints: string[] = [];
  const codes = rows.flatMap(({ request, outcome, state }) => {
    const code = state === 'unreadable' ? request.problem?.code : outcome?.code;
    return code === undefined ? [] : [{ code, account: request.place.account }];
  });
  const denied = [
    ...new Set(codes.filter(({ code }) => code === 'aws.accessDenied').map(({ account }) => account)),
  ];
  if (denied.length > 0) {
    hints.push(
      `${denied.join(', ')}: deploy stacks/spoke.yaml there (docs/deploy.md, step 3), and name the account in the hub's setting fleet; then run the same command again`,
    );
  }
  if (rows.some(({ state }) => state === 'missing')) {
    hints.push('check the names: aws eks list-clusters shows those that there are');
  }
  const open = rows.some(({ state, request }) => isOpen(state, request.problem?.final ?? false));
  if (ended === 'timeOut' && open) {
    hints.push(
      `${durationText(timeoutMs)} were over (--timeout). The hub goes on: rolecall get enrolments shows how far it is`,
    );
    if (rows.every(({ state }) => state === 'asked')) {
      hints.push(
        `it has taken up nothing so far: see the queues rolecall-${installation}-outbox-lost and rolecall-${installation}-enrol-dead (docs/runbook.md)`,
      );
    }
  }
  if (ended === 'stopped' && open) {
    hints.push('stopped watching. The hub goes on: rolecall get enrolments shows how far it is');
  }
  if (rows.some(({ state, outcome }) => state === 'enrolled' && outcome?.mode === 'observe')) {
    hints.push(
      "look at what it found (rolecall get findings), then let it write: rolecall mode enforce CLUSTER --reason '...'",
    );
  }
  return hints;
}

function isOpen(state: RowState, final: boolean): boolean {
  return state === 'unreadable' ? !final : ['asked', 'waiting', 'retrying'].includes(state);
}
