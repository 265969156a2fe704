import type { Step } from './decision.ts';
import { hasFieldChanges } from './difference.ts';

/** What running pods notice of a step (facts §7.4). */
export type PodEffect =
  /** Nothing at all: only tags, or only our record. */
  | 'none'
  /** Pods that run without an association get none until they are re-created. */
  | 'restartToGain'
  /** Old credentials stay for up to six hours; a restart is the switch now. */
  | 'within6h'
  /** With a target role, credentials live 59 minutes. */
  | 'within59min'
  /** Running pods keep their credentials until they expire, then lose them. */
  | 'loseOnExpiry';

/** What running pods notice when a step is taken. */
export function podEffectOf(step: Step): PodEffect {
  switch (step.kind) {
    case 'create':
      return 'restartToGain';
    case 'delete':
      return 'loseOnExpiry';
    case 'update':
    case 'adopt':
      if (!hasFieldChanges(step.changes)) return 'none';
      return step.observed.targetRoleArn === undefined ? 'within6h' : 'within59min';
  }
}

/** The same in words, for a plan. */
export const POD_EFFECT_TEXT: Readonly<Record<PodEffect, string>> = {
  none: 'running pods notice nothing',
  restartToGain: 'running pods get credentials only when they are re-created',
  within6h: 'running pods keep old credentials for up to 6 h; restart them to switch now',
  within59min: 'running pods keep old credentials for up to 59 min; restart them to switch now',
  loseOnExpiry: 'running pods lose their credentials when these expire (up to 6 h)',
};
