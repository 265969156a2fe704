import type { Caller } from '#shared/iam/principals.ts';
import { evaluateTrustPolicy, type TrustAnswer } from '#shared/iam/trust.ts';
import { parseRoleArn } from './role.ts';
import { targetRoleContext } from './trust-context.ts';
import { type TrustExplanation, type TrustFinding, trustFinding } from './trust-explanation.ts';
import { POD_IDENTITY_ACTIONS, type TargetRoleSituation } from './trust-situation.ts';
import {
  type PermissionStatement,
  targetPermissionFor,
  targetTrustStatementsFor,
  withTrustStatements,
} from './trust-statement.ts';

export interface TargetTrustExplanation extends TrustExplanation {
  /**
   * What the association's role needs in its own permissions besides: in another account always, within an
   * account unless the target role's trust policy names the role itself.
   */
  readonly rolePermission?: PermissionStatement;
}

/**
 * Whether a target role's trust policy lets the association's role assume it for a service account of a cluster,
 * why, and what to add if it does not (facts §4.3). Says nothing about the permissions of the association's role
 * but which one it needs.
 */
export function explainTargetRoleTrust(
  targetTrustText: string,
  situation: TargetRoleSituation,
): TargetTrustExplanation {
  const answer = askTarget(targetTrustText, situation);
  const permission = needsPermission(answer, situation)
    ? { rolePermission: targetPermissionFor(situation) }
    : {};
  const finding = findTargetTrust(answer, situation);
  if (finding.verdict === 'admits') return { ...finding, ...permission };
  const statements = targetTrustStatementsFor(situation);
  const correctedPolicy = withTrustStatements(targetTrustText, statements);
  if (correctedPolicy === undefined || finding.problems.length > 0) {
    return { ...finding, ...permission, missing: { statements } };
  }
  const corrected = findTargetTrust(askTarget(correctedPolicy, situation), situation);
  return {
    ...finding,
    ...permission,
    ...(corrected.verdict === 'admits' && { missing: { statements, correctedPolicy } }),
  };
}

function askTarget(targetTrustText: string, situation: TargetRoleSituation): TrustAnswer {
  // The session's name is EKS's own choice and not known (facts §7.2).
  const caller: Caller = { kind: 'roleSession', roleArn: situation.roleArn };
  return evaluateTrustPolicy(targetTrustText, {
    caller,
    actions: POD_IDENTITY_ACTIONS,
    context: (action) => targetRoleContext(situation, action),
  });
}

function findTargetTrust(answer: TrustAnswer, situation: TargetRoleSituation): TrustFinding {
  const finding = trustFinding(answer, situation.roleArn);
  if (!situation.sessionTagsDisabled || answer.answer !== 'denies') return finding;
  const refused = answer.actions.filter((action) => action.answer.answer === 'denies');
  if (refused.some(({ action }) => action !== 'sts:TagSession')) return finding;
  // AWS documents both actions here, too, but no tags are sent: whether STS asks for it is not confirmed.
  return {
    ...finding,
    verdict: 'unknown',
    reason: `${finding.reason} Without session tags this may not matter; AWS documents that it is needed.`,
  };
}

function needsPermission(answer: TrustAnswer, situation: TargetRoleSituation): boolean {
  const account = parseRoleArn(situation.roleArn)?.account;
  const targetAccount = parseRoleArn(situation.targetRoleArn)?.account;
  const isSameAccount = account !== undefined && account === targetAccount;
  return !isSameAccount || answer.answer !== 'admits' || answer.viaAccount;
}
