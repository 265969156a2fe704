import { UntagPolicy$, type UntagPolicyRequest } from '@aws-sdk/client-iam';
import { operation } from '#sandbox/operation.ts';
import { iamOf, ownPolicy, policyResource } from './existing.ts';
import { silentTrail } from './iam-trail.ts';
import { withoutTags } from './tags.ts';

/** UntagPolicy: keys that are not there are no error. */
export const untagPolicy = operation<UntagPolicyRequest, Record<string, never>>({
  schema: UntagPolicy$,
  mutating: true,
  resource: policyResource,
  run(call, input) {
    const policy = ownPolicy(call, input.PolicyArn);
    iamOf(call).putPolicy({ ...policy, tags: withoutTags(policy.tags, input.TagKeys) });
    return {};
  },
  trail: silentTrail,
});
