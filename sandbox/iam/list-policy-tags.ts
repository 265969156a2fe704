import {
  ListPolicyTags$,
  type ListPolicyTagsRequest,
  type ListPolicyTagsResponse,
} from '@aws-sdk/client-iam';
import { operation } from '#sandbox/operation.ts';
import { existingPolicy, policyResource } from './existing.ts';
import { named, page } from './paging.ts';

/** ListPolicyTags, in the order of their keys. */
export const listPolicyTags = operation<ListPolicyTagsRequest, ListPolicyTagsResponse>({
  schema: ListPolicyTags$,
  mutating: false,
  resource: policyResource,
  run(call, input) {
    const policy = existingPolicy(call, input.PolicyArn);
    const { items, ...rest } = page(
      named(Object.entries(policy.tags), ([key]) => key),
      input,
    );
    return { Tags: items.map(([Key, Value]) => ({ Key, Value })), ...rest };
  },
});
