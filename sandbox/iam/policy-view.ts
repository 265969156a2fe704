import type { Policy, PolicyVersion } from '@aws-sdk/client-iam';
import type { IamState } from './iam-state.ts';
import type { ManagedPolicy, ManagedPolicyVersion } from './managed-policy.ts';
import { encodeDocument } from './policy-document.ts';
import { shownTags } from './tags.ts';

/** A managed policy as ListPolicies shows it: without description and tags. */
export function listedPolicy(iam: IamState, policy: ManagedPolicy): Policy {
  return {
    PolicyName: policy.policyName,
    PolicyId: policy.policyId,
    Arn: policy.arn,
    Path: policy.path,
    DefaultVersionId: policy.defaultVersionId,
    AttachmentCount: iam.attachmentCount(policy.arn),
    PermissionsBoundaryUsageCount: iam.boundaryUsageCount(policy.arn),
    IsAttachable: true,
    CreateDate: new Date(policy.createDate),
    UpdateDate: new Date(policy.updateDate),
  };
}

/** A managed policy as GetPolicy shows it. */
export function describedPolicy(iam: IamState, policy: ManagedPolicy): Policy {
  return {
    ...listedPolicy(iam, policy),
    ...(policy.description === undefined ? {} : { Description: policy.description }),
    Tags: shownTags(policy.tags),
  };
}

/** A version as lists show it: without the document. */
export function listedVersion(policy: ManagedPolicy, version: ManagedPolicyVersion): PolicyVersion {
  return {
    VersionId: version.versionId,
    IsDefaultVersion: version.versionId === policy.defaultVersionId,
    CreateDate: new Date(version.createDate),
  };
}

/** A version with its document. */
export function describedVersion(policy: ManagedPolicy, version: ManagedPolicyVersion): PolicyVersion {
  return { Document: encodeDocument(version.document), ...listedVersion(policy, version) };
}
