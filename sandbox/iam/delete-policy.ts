import { DeletePolicy$, type DeletePolicyRequest } from '@aws-sdk/client-iam';
import { operation } from '#sandbox/operation.ts';
import { iamOf, ownPolicy, policyResource } from './existing.ts';
import { deleteConflict } from './iam-errors.ts';
import { silentTrail } from './iam-trail.ts';

/** DeletePolicy: only when no role has it and one version is left. */
export const deletePolicy = operation<DeletePolicyRequest, Record<string, never>>({
  schema: DeletePolicy$,
  mutating: true,
  resource: policyResource,
  run(call, input) {
    const iam = iamOf(call);
    const policy = ownPolicy(call, input.PolicyArn);
    if (iam.attachmentCount(policy.arn) + iam.boundaryUsageCount(policy.arn) > 0) {
      throw deleteConflict('Cannot delete a policy attached to entities.');
    }
    if (policy.versions.length > 1) {
      throw deleteConflict(
        "This policy has more than one version. Before you delete a policy, you must delete all the policy's versions. The default version is deleted with the policy.",
      );
    }
    iam.removePolicy(policy.arn);
    return {};
  },
  trail: silentTrail,
});
