import {
  ListAttachedRolePolicies$,
  type ListAttachedRolePoliciesRequest,
  type ListAttachedRolePoliciesResponse,
} from '@aws-sdk/client-iam';
import { operation } from '#sandbox/operation.ts';
import { attachedPolicies } from './attached-policies.ts';
import { existingRole, roleResource } from './existing.ts';
import { named, page } from './paging.ts';

/** ListAttachedRolePolicies, those under a path prefix where one is given. */
export const listAttachedRolePolicies = operation<
  ListAttachedRolePoliciesRequest,
  ListAttachedRolePoliciesResponse
>({
  schema: ListAttachedRolePolicies$,
  mutating: false,
  resource: roleResource,
  run(call, input) {
    const role = existingRole(call, input.RoleName);
    const attached = attachedPolicies(role).filter((policy) =>
      policyPath(policy.PolicyArn).startsWith(input.PathPrefix ?? '/'),
    );
    const { items, ...rest } = page(
      named(attached, (policy) => policy.PolicyArn),
      input,
    );
    return { AttachedPolicies: [...items], ...rest };
  },
});

/** The path within a policy's ARN: `/service-role/` of `…:policy/service-role/Name`. */
function policyPath(arn: string): string {
  const resource = arn.slice(arn.indexOf(':policy/') + ':policy'.length);
  return resource.slice(0, resource.lastIndexOf('/') + 1);
}
