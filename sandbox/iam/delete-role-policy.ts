import { DeleteRolePolicy$, type DeleteRolePolicyRequest } from '@aws-sdk/client-iam';
import { operation } from '#sandbox/operation.ts';
import { changeRole, existingRole, roleResource } from './existing.ts';
import { checkPolicyName } from './field-rules.ts';
import { noSuchInlinePolicy } from './iam-errors.ts';
import { silentTrail } from './iam-trail.ts';

/** DeleteRolePolicy: removes an inline policy. */
export const deleteRolePolicy = operation<DeleteRolePolicyRequest, Record<string, never>>({
  schema: DeleteRolePolicy$,
  mutating: true,
  resource: roleResource,
  run(call, input) {
    const role = existingRole(call, input.RoleName);
    const policyName = checkPolicyName(input.PolicyName);
    const { [policyName]: removed, ...inlinePolicies } = role.inlinePolicies;
    if (removed === undefined) throw noSuchInlinePolicy(policyName);
    changeRole(call, role, { inlinePolicies });
    return {};
  },
  trail: silentTrail,
});
