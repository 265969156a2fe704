import { SetDefaultPolicyVersion$, type SetDefaultPolicyVersionRequest } from '@aws-sdk/client-iam';
import { operation } from '#sandbox/operation.ts';
import { iamOf, ownPolicy, policyResource } from './existing.ts';
import { existingVersion } from './existing-version.ts';
import { silentTrail } from './iam-trail.ts';

/** SetDefaultPolicyVersion: puts another version of a managed policy in force. */
export const setDefaultPolicyVersion = operation<SetDefaultPolicyVersionRequest, Record<string, never>>({
  schema: SetDefaultPolicyVersion$,
  mutating: true,
  resource: policyResource,
  run(call, input) {
    const policy = ownPolicy(call, input.PolicyArn);
    const { versionId } = existingVersion(policy, input.VersionId);
    iamOf(call).putPolicy({
      ...policy,
      defaultVersionId: versionId,
      updateDate: Math.floor(call.now / 1000) * 1000,
    });
    return {};
  },
  trail: silentTrail,
});
