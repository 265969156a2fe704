import { checkLength, required } from './field-rules.ts';
import { noSuchPolicyVersion, validationError } from './iam-errors.ts';
import type { ManagedPolicy, ManagedPolicyVersion } from './managed-policy.ts';

/** The version that a call names; refuses a bad version id, and one that the policy has not. */
export function existingVersion(policy: ManagedPolicy, versionId: string | undefined): ManagedPolicyVersion {
  const id = required('versionId', versionId);
  checkLength('versionId', id, 2, 64);
  if (!/^v[1-9][0-9]*$/.test(id)) {
    throw validationError(
      `The specified value for versionId is invalid. It must be a valid version id: ${id}`,
    );
  }
  const version = policy.versions.find((candidate) => candidate.versionId === id);
  if (!version) throw noSuchPolicyVersion(policy.arn, id);
  return version;
}
