import type { ClusterRef } from '#shared/domain/cluster.ts';
import { createTimeCheck } from '#shared/domain/pod-identity-trust.ts';
import { parseRoleArn } from '#shared/domain/role.ts';
import type { CallOptions, RoleRefusal } from '#shared/ports/pod-identity.ts';
import type { Roles } from '#shared/ports/roles.ts';
import { worldFailure } from './world-failure.ts';
import type { WriteOutcome } from './write-outcome.ts';

export interface RefusalContext {
  readonly cluster: ClusterRef;
  readonly roleArn: string;
  /** Epoch milliseconds of now, and of the first time that this key was refused for its role. */
  readonly now: number;
  readonly refusedSince: number;
  readonly propagationMs: number;
  readonly call: CallOptions;
}

const RETRY_MS = 2_000;

/**
 * Turns a refusal because of the role into what to do: EKS says the same of a role that was never made and of one
 * that was made seconds ago (facts §1.4), so IAM is asked. While IAM knows a role, or a trust policy, that EKS should
 * accept, EKS may not have seen it yet: worth another try until the propagation time has passed.
 */
export async function explainRefusal(
  roles: Roles,
  refusal: RoleRefusal,
  context: RefusalContext,
): Promise<WriteOutcome> {
  const { roleArn } = context;
  switch (refusal.kind) {
    case 'invalid':
      return { kind: 'found', finding: 'refused', message: refusal.message, roleArn };
    case 'roleInOtherAccount':
      // EKS says so of other things, too: https://github.com/eksctl-io/eksctl/issues/8718
      if (parseRoleArn(roleArn)?.account === context.cluster.account) {
        const message = `EKS says that passing ${roleArn} would cross accounts, though the cluster is in the same`;
        return { kind: 'found', finding: 'refused', message, roleArn };
      }
      return {
        kind: 'found',
        finding: 'roleInOtherAccount',
        message: `${roleArn} is not in the cluster's account ${context.cluster.account}: use a role there, with this one as targetRoleArn`,
        roleArn,
      };
    case 'roleNotFound':
    case 'trustPolicyInvalid':
      return await explainByRole(roles, refusal.kind, context);
  }
}

async function explainByRole(
  roles: Roles,
  kind: 'roleNotFound' | 'trustPolicyInvalid',
  context: RefusalContext,
): Promise<WriteOutcome> {
  const { roleArn } = context;
  const seen = await readTrust(roles, context);
  const missing = { kind: 'found', finding: 'roleMissing', roleArn } as const;
  if (seen.kind === 'none')
    return { ...missing, message: `the role ${roleArn} does not exist: create it, or correct the mapping` };
  if (seen.kind === 'otherArn') {
    return {
      ...missing,
      message: `there is no ${roleArn}; the role of that name is ${seen.roleArn}: correct the path in the mapping`,
    };
  }
  if (kind === 'trustPolicyInvalid' && seen.kind === 'role' && seen.trust === 'invalid') {
    return {
      kind: 'found',
      finding: 'trustPolicyInvalid',
      roleArn,
      message: `the trust policy of ${roleArn} must let pods.eks.amazonaws.com do sts:AssumeRole and sts:TagSession`,
    };
  }
  if (context.now - context.refusedSince < context.propagationMs) {
    return {
      kind: 'later',
      why: 'rolePropagation',
      afterMs: RETRY_MS,
      message: `EKS does not see the role ${roleArn} as IAM has it yet`,
      mayHaveWritten: false,
    };
  }
  const seconds = Math.round(context.propagationMs / 1000);
  return kind === 'roleNotFound'
    ? { ...missing, message: `EKS says that ${roleArn} does not exist, and still did ${seconds} s later` }
    : {
        kind: 'found',
        finding: 'trustPolicyInvalid',
        roleArn,
        message: `EKS finds the trust policy of ${roleArn} invalid, and still did ${seconds} s later`,
      };
}

type TrustSeen =
  | { readonly kind: 'role'; readonly trust: 'fine' | 'invalid' }
  | { readonly kind: 'otherArn'; readonly roleArn: string }
  | { readonly kind: 'none' }
  /** IAM could not be read: EKS's word is all there is. */
  | { readonly kind: 'unreadable' };

async function readTrust(roles: Roles, context: RefusalContext): Promise<TrustSeen> {
  const parts = parseRoleArn(context.roleArn);
  if (!parts) return { kind: 'none' };
  try {
    const role = await roles.get(parts.account, parts.roleName, context.call);
    if (!role) return { kind: 'none' };
    if (role.roleArn !== context.roleArn) return { kind: 'otherArn', roleArn: role.roleArn };
    return {
      kind: 'role',
      trust: createTimeCheck(role.trustPolicy).verdict === 'denies' ? 'invalid' : 'fine',
    };
  } catch (error) {
    worldFailure(error);
    return { kind: 'unreadable' };
  }
}
