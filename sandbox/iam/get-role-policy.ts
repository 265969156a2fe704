import { GetRolePolicy$, type GetRolePolicyRequest, type GetRolePolicyResponse } from '@aws-sdk/client-iam';
import { operation } from '#sandbox/operation.ts';
import { existingRole, roleResource } from './existing.ts';
import { checkPolicyName } from './field-rules.ts';
import { noSuchInlinePolicy } from './iam-errors.ts';
import { encodeDocument } from './policy-document.ts';

/** GetRolePolicy: one inline policy. */
export const getRolePolicy = operation<GetRolePolicyRequest, GetRolePolicyResponse>({
  schema: GetRolePolicy$,
  mutating: false,
  resource: roleResource,
  run(call, input) {
    const role = existingRole(call, input.RoleName);
    const policyName = checkPolicyName(input.PolicyName);
    const document = role.inlinePolicies[policyName];
    if (document === undefined) throw noSuchInlinePolicy(policyName);
    return { RoleName: role.roleName, PolicyName: policyName, PolicyDocument: encodeDocument(document) };
  },
});
