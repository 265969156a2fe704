import { AttachRolePolicy$, type AttachRolePolicyRequest } from '@aws-sdk/client-iam';
import { operation } from '#sandbox/operation.ts';
import { changeRole, existingRole, iamOf, roleResource } from './existing.ts';
import { checkPolicyArn } from './field-rules.ts';
import { limitExceeded, policyNotAttachable } from './iam-errors.ts';
import { silentTrail } from './iam-trail.ts';

const POLICIES_PER_ROLE = 10;

/** AttachRolePolicy: attaching what is attached already changes nothing. */
export const attachRolePolicy = operation<AttachRolePolicyRequest, Record<string, never>>({
  schema: AttachRolePolicy$,
  mutating: true,
  resource: roleResource,
  run(call, input) {
    const role = existingRole(call, input.RoleName);
    const policyArn = checkPolicyArn(input.PolicyArn);
    if (!iamOf(call).policy(policyArn)) throw policyNotAttachable(policyArn);
    if (role.attachedPolicyArns.includes(policyArn)) return {};
    if (role.attachedPolicyArns.length >= POLICIES_PER_ROLE) {
      throw limitExceeded(`Cannot exceed quota for PoliciesPerRole: ${POLICIES_PER_ROLE}`);
    }
    changeRole(call, role, { attachedPolicyArns: [...role.attachedPolicyArns, policyArn] });
    return {};
  },
  trail: silentTrail,
});
