import {
  ListPolicyVersions$,
  type ListPolicyVersionsRequest,
  type ListPolicyVersionsResponse,
} from '@aws-sdk/client-iam';
import { operation } from '#sandbox/operation.ts';
import { existingPolicy, policyResource } from './existing.ts';
import { named, page } from './paging.ts';
import { listedVersion } from './policy-view.ts';

/** ListPolicyVersions, newest first, without documents. */
export const listPolicyVersions = operation<ListPolicyVersionsRequest, ListPolicyVersionsResponse>({
  schema: ListPolicyVersions$,
  mutating: false,
  resource: policyResource,
  run(call, input) {
    const policy = existingPolicy(call, input.PolicyArn);
    const { items, ...rest } = page(named(policy.versions.toReversed(), newestFirst), input);
    return { Versions: items.map((version) => listedVersion(policy, version)), ...rest };
  },
});

/** A position that sorts later versions first: version numbers have at most nine digits here. */
function newestFirst(version: { readonly versionId: string }): string {
  return String(999_999_999 - Number(version.versionId.slice(1))).padStart(9, '0');
}
