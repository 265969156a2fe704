import { UpdateAssumeRolePolicy$, type UpdateAssumeRolePolicyRequest } from '@aws-sdk/client-iam';
import { operation } from '#sandbox/operation.ts';
import { changeRole, existingRole, roleResource } from './existing.ts';
import { required } from './field-rules.ts';
import { silentTrail } from './iam-trail.ts';
import { storeTrust } from './trust-policy.ts';

/** UpdateAssumeRolePolicy: another trust policy for the role. */
export const updateAssumeRolePolicy = operation<UpdateAssumeRolePolicyRequest, Record<string, never>>({
  schema: UpdateAssumeRolePolicy$,
  mutating: true,
  resource: roleResource,
  run(call, input) {
    const role = existingRole(call, input.RoleName);
    changeRole(call, role, storeTrust(call, required('policyDocument', input.PolicyDocument)));
    return {};
  },
  trail: silentTrail,
});
