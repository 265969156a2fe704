import { CreatePolicy$, type CreatePolicyRequest, type CreatePolicyResponse } from '@aws-sdk/client-iam';
import { type Call, operation } from '#sandbox/operation.ts';
import { iamOf } from './existing.ts';
import { checkDescription, checkPath, checkPolicyName, required } from './field-rules.ts';
import { alreadyExists } from './iam-errors.ts';
import { lowerCamel } from './iam-trail.ts';
import type { ManagedPolicy } from './managed-policy.ts';
import { checkDocumentSize, checkPolicyDocument } from './policy-document.ts';
import { listedPolicy } from './policy-view.ts';
import { mergeTags, shownTags } from './tags.ts';
import { uniqueId } from './unique-id.ts';

/** CreatePolicy: a managed policy of a name that no other of the account has, whatever its case and path. */
export const createPolicy = operation<CreatePolicyRequest, CreatePolicyResponse>({
  schema: CreatePolicy$,
  mutating: true,
  resource: (call, input) =>
    `arn:${call.partition}:iam::${call.account}:policy${input.Path ?? '/'}${input.PolicyName ?? ''}`,
  run(call, input) {
    const iam = iamOf(call);
    const policy = policyFrom(call, input);
    const name = policy.policyName.toLowerCase();
    if (iam.policies().some((present) => present.policyName.toLowerCase() === name)) {
      throw alreadyExists(
        `A policy called ${policy.policyName} already exists. Duplicate names are not allowed.`,
      );
    }
    iam.putPolicy(policy);
    const tags = shownTags(policy.tags);
    return { Policy: { ...listedPolicy(iam, policy), ...(tags.length === 0 ? {} : { Tags: tags }) } };
  },
  trail: { requestParameters: lowerCamel, responseElements: lowerCamel },
});

function policyFrom(call: Call, input: CreatePolicyRequest): ManagedPolicy {
  const policyName = checkPolicyName(input.PolicyName);
  const path = checkPath(input.Path);
  const description = checkDescription(input.Description);
  const document = required('policyDocument', input.PolicyDocument);
  checkPolicyDocument(document, 'identity');
  checkDocumentSize(document, 'PolicySize', 6144);
  const createDate = Math.floor(call.now / 1000) * 1000;
  return {
    policyName,
    policyId: uniqueId('ANPA', `${call.account} ${policyName} ${call.now} ${iamOf(call).nextSequence()}`),
    path,
    arn: `arn:${call.partition}:iam::${call.account}:policy${path}${policyName}`,
    ...(description === undefined ? {} : { description }),
    createDate,
    updateDate: createDate,
    tags: mergeTags({}, input.Tags, 'this policy'),
    versions: [{ versionId: 'v1', document, createDate }],
    defaultVersionId: 'v1',
    nextVersion: 2,
  };
}
