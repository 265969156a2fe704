import {
  GetPolicyVersion$,
  type GetPolicyVersionRequest,
  type GetPolicyVersionResponse,
} from '@aws-sdk/client-iam';
import { operation } from '#sandbox/operation.ts';
import { existingPolicy, policyResource } from './existing.ts';
import { existingVersion } from './existing-version.ts';
import { describedVersion } from './policy-view.ts';

/** GetPolicyVersion: one version of a managed policy with its document. */
export const getPolicyVersion = operation<GetPolicyVersionRequest, GetPolicyVersionResponse>({
  schema: GetPolicyVersion$,
  mutating: false,
  resource: policyResource,
  run(call, input) {
    const policy = existingPolicy(call, input.PolicyArn);
    return { PolicyVersion: describedVersion(policy, existingVersion(policy, input.VersionId)) };
  },
});
