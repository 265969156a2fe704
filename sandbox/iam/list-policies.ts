import { ListPolicies$, type ListPoliciesRequest, type ListPoliciesResponse } from '@aws-sdk/client-iam';
import { type Call, operation } from '#sandbox/operation.ts';
import { awsManagedPolicies } from './aws-managed-policies.ts';
import { iamOf } from './existing.ts';
import { constraintError } from './iam-errors.ts';
import type { ManagedPolicy } from './managed-policy.ts';
import { named, page } from './paging.ts';
import { listedPolicy } from './policy-view.ts';

const SCOPES = ['All', 'AWS', 'Local'] as const;

/** ListPolicies: the account's own, AWS's (those that the sandbox knows), or both. */
export const listPolicies = operation<ListPoliciesRequest, ListPoliciesResponse>({
  schema: ListPolicies$,
  mutating: false,
  run(call, input) {
    const iam = iamOf(call);
    const policies = policiesIn(call, input.Scope ?? 'All').filter(
      (policy) =>
        policy.path.startsWith(input.PathPrefix ?? '/') &&
        (!input.OnlyAttached || iam.attachmentCount(policy.arn) > 0) &&
        (input.PolicyUsageFilter !== 'PermissionsBoundary' || iam.boundaryUsageCount(policy.arn) > 0),
    );
    const { items, ...rest } = page(
      named(policies, (policy) => policy.arn),
      input,
    );
    return { Policies: items.map((policy) => listedPolicy(iam, policy)), ...rest };
  },
});

function policiesIn(call: Call, scope: string): readonly ManagedPolicy[] {
  if (!SCOPES.some((known) => known === scope)) {
    throw constraintError('scope', scope, `satisfy enum value set: [${SCOPES.join(', ')}]`);
  }
  return [
    ...(scope === 'AWS' ? [] : iamOf(call).policies()),
    ...(scope === 'Local' ? [] : awsManagedPolicies(call.partition)),
  ];
}
