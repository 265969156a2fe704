import { DetachRolePolicy$, type DetachRolePolicyRequest } from '@aws-sdk/client-iam';
import { operation } from '#sandbox/operation.ts';
import { changeRole, existingRole, roleResource } from './existing.ts';
import { checkPolicyArn } from './field-rules.ts';
import { noSuchPolicy } from './iam-errors.ts';
import { silentTrail } from './iam-trail.ts';

/** DetachRolePolicy: refuses a policy that is not attached. */
export const detachRolePolicy = operation<DetachRolePolicyRequest, Record<string, never>>({
  schema: DetachRolePolicy$,
  mutating: true,
  resource: roleResource,
  run(call, input) {
    const role = existingRole(call, input.RoleName);
    const policyArn = checkPolicyArn(input.PolicyArn);
    if (!role.attachedPolicyArns.includes(policyArn)) throw noSuchPolicy(policyArn);
    changeRole(call, role, {
      attachedPolicyArns: role.attachedPolicyArns.filter((arn) => arn !== policyArn),
    });
    return {};
  },
  trail: silentTrail,
});
