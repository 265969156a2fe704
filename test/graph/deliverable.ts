import { authorize } from '#shared/iam/authorize.ts';
import { requestContext } from '#shared/iam/context.ts';
import type { PolicyDocument, PolicyKind } from '#shared/iam/document.ts';
import { parsePolicy } from '#shared/iam/parse-policy.ts';
import type { Graph } from '#tools/synth/graph.ts';

type GraphPolicy = Graph['roles'][number]['trustPolicy'];

/** Whether a service that acts for `sourceArn` may do something to a resource, by the resource's own policy. */
export function serviceMay(
  service: string,
  action: string,
  resourceArn: string,
  sourceArn: string,
  policies: readonly GraphPolicy[],
): boolean {
  const account = resourceArn.split(':')[4] ?? '';
  return policies.some(
    (policy) =>
      authorize({
        caller: { kind: 'service', service },
        action,
        resource: resourceArn,
        context: requestContext({
          known: { 'aws:SourceArn': sourceArn, 'aws:SourceAccount': account },
          otherwise: 'absent',
        }),
        identityPolicies: [],
        resourcePolicy: parsed(policy, 'resource'),
        resourceAccount: account,
      }).answer === 'allowed',
  );
}

/** Whether a role may do something to a resource of its own account. */
export function roleMay(role: Graph['roles'][number], action: string, resourceArn: string): boolean {
  const account = role.arn.split(':')[4] ?? '';
  return (
    authorize({
      caller: { kind: 'roleSession', roleArn: role.arn },
      action,
      resource: resourceArn,
      context: requestContext({ otherwise: 'unknown' }),
      identityPolicies: role.policies.map(({ document }) => parsed(document, 'identity')),
      resourceAccount: account,
    }).answer === 'allowed'
  );
}

/** Whether a service may take the role on. */
export function serviceMayAssume(service: string, role: Graph['roles'][number]): boolean {
  const account = role.arn.split(':')[4] ?? '';
  return (
    authorize({
      caller: { kind: 'service', service },
      action: 'sts:AssumeRole',
      resource: role.arn,
      context: requestContext({ known: { 'aws:SourceAccount': account }, otherwise: 'absent' }),
      identityPolicies: [],
      resourcePolicy: parsed(role.trustPolicy, 'trust'),
      resourceAccount: account,
      resourcePolicyDecides: true,
    }).answer === 'allowed'
  );
}

function parsed(policy: GraphPolicy, kind: PolicyKind): PolicyDocument {
  const read = parsePolicy(JSON.stringify(policy), kind);
  if (read.kind === 'document') return read.document;
  throw new Error(`a policy that AWS would refuse: ${JSON.stringify(read.problems)}`);
}
