import { DeletePolicyVersion$, type DeletePolicyVersionRequest } from '@aws-sdk/client-iam';
import { operation } from '#sandbox/operation.ts';
import { iamOf, ownPolicy, policyResource } from './existing.ts';
import { existingVersion } from './existing-version.ts';
import { deleteConflict } from './iam-errors.ts';
import { silentTrail } from './iam-trail.ts';

/** DeletePolicyVersion: any version but the one in force. */
export const deletePolicyVersion = operation<DeletePolicyVersionRequest, Record<string, never>>({
  schema: DeletePolicyVersion$,
  mutating: true,
  resource: policyResource,
  run(call, input) {
    const policy = ownPolicy(call, input.PolicyArn);
    const version = existingVersion(policy, input.VersionId);
    if (version.versionId === policy.defaultVersionId) {
      throw deleteConflict('Cannot delete the default version of a policy.');
    }
    iamOf(call).putPolicy({
      ...policy,
      versions: policy.versions.filter((candidate) => candidate !== version),
    });
    return {};
  },
  trail: silentTrail,
});
