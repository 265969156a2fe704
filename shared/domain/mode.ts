/** What Rolecall may do: put right, only tell, or not even look. */
export type Mode = 'enforce' | 'observe' | 'ignore';

export const MODES = ['enforce', 'observe', 'ignore'] as const satisfies readonly Mode[];

/** The more cautious of two modes wins: `ignore` over `observe` over `enforce`. */
export function moreCautious(left: Mode, right: Mode): Mode {
  return MODES.indexOf(left) > MODES.indexOf(right) ? left : right;
}
