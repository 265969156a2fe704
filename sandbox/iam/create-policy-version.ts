import {
  CreatePolicyVersion$,
  type CreatePolicyVersionRequest,
  type CreatePolicyVersionResponse,
} from '@aws-sdk/client-iam';
import { operation } from '#sandbox/operation.ts';
import { iamOf, ownPolicy, policyResource } from './existing.ts';
import { required } from './field-rules.ts';
import { limitExceeded } from './iam-errors.ts';
import { lowerCamel } from './iam-trail.ts';
import { checkDocumentSize, checkPolicyDocument } from './policy-document.ts';
import { listedVersion } from './policy-view.ts';

const MOST_VERSIONS = 5;

/** CreatePolicyVersion: another document for a managed policy, in force at once when `SetAsDefault` says so. */
export const createPolicyVersion = operation<CreatePolicyVersionRequest, CreatePolicyVersionResponse>({
  schema: CreatePolicyVersion$,
  mutating: true,
  resource: policyResource,
  run(call, input) {
    const policy = ownPolicy(call, input.PolicyArn);
    const document = required('policyDocument', input.PolicyDocument);
    checkPolicyDocument(document, 'identity');
    checkDocumentSize(document, 'PolicySize', 6144);
    if (policy.versions.length >= MOST_VERSIONS) {
      throw limitExceeded(
        `A managed policy can have up to ${MOST_VERSIONS} versions. Before you create a new version, you must delete an existing version.`,
      );
    }
    const createDate = Math.floor(call.now / 1000) * 1000;
    const version = { versionId: `v${policy.nextVersion}`, document, createDate };
    const changed = {
      ...policy,
      versions: [...policy.versions, version],
      nextVersion: policy.nextVersion + 1,
      updateDate: createDate,
      defaultVersionId: input.SetAsDefault ? version.versionId : policy.defaultVersionId,
    };
    iamOf(call).putPolicy(changed);
    return { PolicyVersion: listedVersion(changed, version) };
  },
  trail: { requestParameters: lowerCamel, responseElements: lowerCamel },
});
