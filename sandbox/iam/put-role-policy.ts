import { PutRolePolicy$, type PutRolePolicyRequest } from '@aws-sdk/client-iam';
import { operation } from '#sandbox/operation.ts';
import { changeRole, existingRole, roleResource } from './existing.ts';
import { checkPolicyName, required } from './field-rules.ts';
import { limitExceeded } from './iam-errors.ts';
import { silentTrail } from './iam-trail.ts';
import { checkPolicyDocument, documentSize } from './policy-document.ts';

/** All inline policies of a role together (facts §9.2). */
const INLINE_SIZE = 10_240;

/** PutRolePolicy: makes or replaces an inline policy. */
export const putRolePolicy = operation<PutRolePolicyRequest, Record<string, never>>({
  schema: PutRolePolicy$,
  mutating: true,
  resource: roleResource,
  run(call, input) {
    const role = existingRole(call, input.RoleName);
    const policyName = checkPolicyName(input.PolicyName);
    const document = required('policyDocument', input.PolicyDocument);
    checkPolicyDocument(document, 'identity');
    const inlinePolicies = { ...role.inlinePolicies, [policyName]: document };
    const size = Object.values(inlinePolicies).reduce((sum, text) => sum + documentSize(text), 0);
    if (size > INLINE_SIZE) {
      throw limitExceeded(`Maximum policy size of ${INLINE_SIZE} bytes exceeded for role ${role.roleName}`);
    }
    changeRole(call, role, { inlinePolicies });
    return {};
  },
  trail: silentTrail,
});
