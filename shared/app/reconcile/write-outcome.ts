import type { ObservedAssociation } from '#shared/domain/association.ts';
import type { Step } from '#shared/domain/decision.ts';
import type { AppError } from '#shared/ports/app-error.ts';
import type { WriteLeave } from '#shared/ports/memory.ts';

/** What a write found to be wrong that only a person can put right. */
export type WriteFinding =
  | 'roleMissing'
  | 'trustPolicyInvalid'
  | 'roleInOtherAccount'
  | 'quotaReached'
  | 'sessionPolicyKept'
  | 'refused';

/** How one step ended. */
export type WriteOutcome =
  | { readonly kind: 'applied'; readonly step: Step; readonly association?: ObservedAssociation }
  /** AWS refused, and trying again will not help until somebody changes something. */
  | {
      readonly kind: 'found';
      readonly finding: WriteFinding;
      readonly message: string;
      readonly roleArn?: string;
      /** Whether something was written all the same; left out when nothing was. */
      readonly mayHaveWritten?: boolean;
    }
  /** Look again after `afterMs`: the world may have moved. `associationId` is where EKS said that the key is taken. */
  | {
      readonly kind: 'later';
      readonly why: 'rolePropagation' | 'changedMeanwhile' | 'answerLost' | 'settling' | 'throttled';
      readonly afterMs: number;
      readonly message: string;
      readonly associationId?: string;
      /** Whether something may have been written. */
      readonly mayHaveWritten: boolean;
    }
  | { readonly kind: 'held'; readonly reason: Exclude<WriteLeave, 'go'> }
  | {
      readonly kind: 'failed';
      readonly error: AppError;
      /** Whether something was written before it failed; left out when nothing was. */
      readonly mayHaveWritten?: boolean;
    };

/** Whether AWS may have carried out a part of the step, or all of it, although it did not end well. */
export function mayHaveWritten(outcome: WriteOutcome): boolean {
  return outcome.kind !== 'applied' && outcome.kind !== 'held' && outcome.mayHaveWritten === true;
}
