import { TagPolicy$, type TagPolicyRequest } from '@aws-sdk/client-iam';
import { operation } from '#sandbox/operation.ts';
import { iamOf, ownPolicy, policyResource } from './existing.ts';
import { required } from './field-rules.ts';
import { silentTrail } from './iam-trail.ts';
import { mergeTags } from './tags.ts';

/** TagPolicy: merges; tags that are not named stay. */
export const tagPolicy = operation<TagPolicyRequest, Record<string, never>>({
  schema: TagPolicy$,
  mutating: true,
  resource: policyResource,
  run(call, input) {
    const policy = ownPolicy(call, input.PolicyArn);
    iamOf(call).putPolicy({
      ...policy,
      tags: mergeTags(policy.tags, required('tags', input.Tags), 'this policy'),
    });
    return {};
  },
  trail: silentTrail,
});
