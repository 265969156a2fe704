import type { Ending } from './wanted-findings.ts';

/** Why a repair, or a release, cannot be carried out, as a closed list: whoever is told acts by it. */
export const FAILURE_CLASSES = [
  'roleMissing',
  'trustPolicyInvalid',
  'roleInOtherAccount',
  'quotaReached',
  'sessionPolicyKept',
  /** AWS refuses what is asked for. */
  'refused',
  /** AWS does not let us. */
  'accessDenied',
  /** It may go well, and has not for a while. */
  'failing',
  /** It did not go well, and trying again would not help. */
  'failed',
] as const;
export type FailureClass = (typeof FAILURE_CLASSES)[number];

/** A repair that failed. */
export interface RepairFailure {
  readonly class: FailureClass;
  /** The code of an `AppError`, or the kind of the finding. */
  readonly code: string;
  readonly message: string;
}

/** What to do about each: one sentence for a person. */
export const ADVICE: Readonly<Record<FailureClass, string>> = {
  roleMissing:
    'Create the role, or correct the mapping: a role that is made is heard of, and the repair goes on.',
  trustPolicyInvalid:
    'Let the role be assumed as the message says, or see rolecall explain: a changed trust policy is heard of, and the repair goes on.',
  roleInOtherAccount: "Let the mapping name a role of the cluster's account, with this one as targetRoleArn.",
  quotaReached:
    'Delete associations on the cluster that nobody needs: EKS allows 5,000, and that cannot be raised.',
  sessionPolicyKept: 'Delete the association by hand: it is made again without the session policy.',
  refused: 'Correct the mapping: EKS does not take what it asks for.',
  accessDenied:
    'Give the spoke roles what the message names, mostly by PassableRoles of the spoke stack: docs/runbook.md#repair-failed.',
  failing: 'Nothing yet: it goes on being tried. If AWS is well, see docs/runbook.md#repair-failed.',
  failed: 'See docs/runbook.md#repair-failed, and have the cluster looked at when the cause is mended.',
};

/** How an ending failed; `undefined` when it did not, or may still end well in a moment. */
export function failureOf(ending: Ending | undefined): RepairFailure | undefined {
  switch (ending?.kind) {
    case 'found': {
      const { finding, message } = ending;
      return { class: FAILURE_CLASSES.find((one) => one === finding) ?? 'refused', code: finding, message };
    }
    case 'failing':
      return { class: 'failing', code: ending.error.code, message: ending.error.message };
    case 'failed': {
      const { code, message } = ending.error;
      const denied = code === 'aws.accessDenied' || code === 'aws.credentials';
      return { class: denied ? 'accessDenied' : 'failed', code, message };
    }
    default:
      return undefined;
  }
}
