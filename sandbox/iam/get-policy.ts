import { GetPolicy$, type GetPolicyRequest, type GetPolicyResponse } from '@aws-sdk/client-iam';
import { operation } from '#sandbox/operation.ts';
import { existingPolicy, iamOf, policyResource } from './existing.ts';
import { describedPolicy } from './policy-view.ts';

/** GetPolicy: what a managed policy is, without its document. */
export const getPolicy = operation<GetPolicyRequest, GetPolicyResponse>({
  schema: GetPolicy$,
  mutating: false,
  resource: policyResource,
  run: (call, input) => ({ Policy: describedPolicy(iamOf(call), existingPolicy(call, input.PolicyArn)) }),
});
