import { describe, expect, it } from 'vitest';
import type { Call } from '#sandbox/operation.ts';
import { aCall, PODS_TRUST, refusal } from '#test/builders/sandbox-call.ts';
import { attachRolePolicy } from './attach-role-policy.ts';
import { awsManagedPolicies } from './aws-managed-policies.ts';
import { createPolicy } from './create-policy.ts';
import { createPolicyVersion } from './create-policy-version.ts';
import { createRole } from './create-role.ts';
import { deletePolicy } from './delete-policy.ts';
import { deletePolicyVersion } from './delete-policy-version.ts';
import { detachRolePolicy } from './detach-role-policy.ts';
import { getPolicy } from './get-policy.ts';
import { getPolicyVersion } from './get-policy-version.ts';
import { listPolicies } from './list-policies.ts';
import { listPolicyTags } from './list-policy-tags.ts';
import { listPolicyVersions } from './list-policy-versions.ts';
import { checkPolicyDocument } from './policy-document.ts';
import { setDefaultPolicyVersion } from './set-default-policy-version.ts';
import { tagPolicy } from './tag-policy.ts';
import { untagPolicy } from './untag-policy.ts';

const PolicyName = 'ledger-read';
const PolicyArn = 'arn:aws:iam::111122223333:policy/ledger-read';
const documentFor = (action: string) =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: action, Resource: '*' }] });
const PolicyDocument = documentFor('s3:Get*');

const create = (call: Call, changes: object = {}) =>
  createPolicy.run(call, { PolicyName, PolicyDocument, ...changes });

describe('a managed policy', () => {
  it('is made with version v1 in force', () => {
    expect(create(aCall(), { Path: '/teams/', Description: 'Reads' }).Policy).toEqual({
      PolicyName: 'ledger-read',
      PolicyId: expect.stringMatching(/^ANPA[A-Z2-7]{17}$/),
      Arn: 'arn:aws:iam::111122223333:policy/teams/ledger-read',
      Path: '/teams/',
      DefaultVersionId: 'v1',
      AttachmentCount: 0,
      PermissionsBoundaryUsageCount: 0,
      IsAttachable: true,
      CreateDate: new Date('2026-11-20T10:00:00Z'),
      UpdateDate: new Date('2026-11-20T10:00:00Z'),
    });
  });

  it('has at most five versions, whose numbers are never used twice', () => {
    const call = aCall();
    create(call);
    for (let i = 0; i < 4; i += 1) createPolicyVersion.run(call, { PolicyArn, PolicyDocument });
    expect(refusal(() => createPolicyVersion.run(call, { PolicyArn, PolicyDocument }))).toEqual({
      code: 'LimitExceeded',
      status: 409,
      message:
        'A managed policy can have up to 5 versions. Before you create a new version, you must delete an existing version.',
    });
    deletePolicyVersion.run(call, { PolicyArn, VersionId: 'v5' });
    expect(createPolicyVersion.run(call, { PolicyArn, PolicyDocument }).PolicyVersion?.VersionId).toBe('v6');
    expect(listPolicyVersions.run(call, { PolicyArn }).Versions?.map((version) => version.VersionId)).toEqual(
      ['v6', 'v4', 'v3', 'v2', 'v1'],
    );
  });

  it('puts another version in force', () => {
    const call = aCall();
    create(call);
    createPolicyVersion.run(call, { PolicyArn, PolicyDocument: documentFor('s3:Put*') });
    expect(getPolicy.run(call, { PolicyArn }).Policy?.DefaultVersionId).toBe('v1');
    setDefaultPolicyVersion.run(call, { PolicyArn, VersionId: 'v2' });
    const VersionId = getPolicy.run(call, { PolicyArn }).Policy?.DefaultVersionId;
    const { PolicyVersion } = getPolicyVersion.run(call, { PolicyArn, VersionId });
    expect(decodeURIComponent(PolicyVersion?.Document ?? '')).toBe(documentFor('s3:Put*'));
    createPolicyVersion.run(call, { PolicyArn, PolicyDocument, SetAsDefault: true });
    expect(getPolicy.run(call, { PolicyArn }).Policy?.DefaultVersionId).toBe('v3');
    expect(refusal(() => deletePolicyVersion.run(call, { PolicyArn, VersionId: 'v3' })).code).toBe(
      'DeleteConflict',
    );
  });

  it('is deleted only when no role has it and one version is left', () => {
    const call = aCall();
    create(call);
    createRole.run(call, { RoleName: 'r', AssumeRolePolicyDocument: PODS_TRUST });
    attachRolePolicy.run(call, { RoleName: 'r', PolicyArn });
    createPolicyVersion.run(call, { PolicyArn, PolicyDocument });
    expect(getPolicy.run(call, { PolicyArn }).Policy?.AttachmentCount).toBe(1);
    expect(refusal(() => deletePolicy.run(call, { PolicyArn })).message).toBe(
      'Cannot delete a policy attached to entities.',
    );
    detachRolePolicy.run(call, { RoleName: 'r', PolicyArn });
    expect(refusal(() => deletePolicy.run(call, { PolicyArn })).message).toMatch(/more than one version/);
    deletePolicyVersion.run(call, { PolicyArn, VersionId: 'v2' });
    deletePolicy.run(call, { PolicyArn });
    expect(refusal(() => getPolicy.run(call, { PolicyArn }))).toEqual({
      code: 'NoSuchEntity',
      status: 404,
      message: `Policy ${PolicyArn} was not found.`,
    });
  });

  it('has tags', () => {
    const call = aCall();
    create(call, { Tags: [{ Key: 'a', Value: '1' }] });
    tagPolicy.run(call, { PolicyArn, Tags: [{ Key: 'b', Value: '2' }] });
    untagPolicy.run(call, { PolicyArn, TagKeys: ['a'] });
    expect(listPolicyTags.run(call, { PolicyArn }).Tags).toEqual([{ Key: 'b', Value: '2' }]);
  });

  it('of the same name is refused, whatever its path and case', () => {
    const call = aCall();
    create(call);
    expect(refusal(() => create(call, { PolicyName: 'LEDGER-read', Path: '/x/' }))).toEqual({
      code: 'EntityAlreadyExists',
      status: 409,
      message: 'A policy called LEDGER-read already exists. Duplicate names are not allowed.',
    });
  });
});

describe('AWS managed policies', () => {
  it.each(awsManagedPolicies('aws'))(
    '$policyName can be read, attached, and holds a document that IAM takes',
    (policy) => {
      const call = aCall();
      const { PolicyVersion } = getPolicyVersion.run(call, { PolicyArn: policy.arn, VersionId: 'v1' });
      const { statements } = checkPolicyDocument(
        decodeURIComponent(PolicyVersion?.Document ?? ''),
        'identity',
      );
      expect(statements.length).toBeGreaterThan(0);
      createRole.run(call, { RoleName: 'r', AssumeRolePolicyDocument: PODS_TRUST });
      attachRolePolicy.run(call, { RoleName: 'r', PolicyArn: policy.arn });
      expect(getPolicy.run(call, { PolicyArn: policy.arn }).Policy?.AttachmentCount).toBe(1);
    },
  );

  it('have the path that AWS gave them', () => {
    const PolicyArn = 'arn:aws:iam::aws:policy/service-role/AmazonEBSCSIDriverPolicy';
    expect(getPolicy.run(aCall(), { PolicyArn }).Policy?.Path).toBe('/service-role/');
    expect(
      refusal(() => getPolicy.run(aCall(), { PolicyArn: 'arn:aws:iam::aws:policy/AmazonEBSCSIDriverPolicy' }))
        .code,
    ).toBe('NoSuchEntity');
  });

  it('cannot be changed', () => {
    const PolicyArn = 'arn:aws:iam::aws:policy/AdministratorAccess';
    expect(refusal(() => createPolicyVersion.run(aCall(), { PolicyArn, PolicyDocument })).code).toBe(
      'AccessDenied',
    );
  });

  it.each([
    { Scope: 'Local' as const, names: ['ledger-read'] },
    { Scope: 'AWS' as const, OnlyAttached: true, names: [] },
    {
      PathPrefix: '/service-role/',
      names: ['AWSLambdaBasicExecutionRole', 'AmazonEBSCSIDriverPolicy', 'AmazonEFSCSIDriverPolicy'],
    },
  ])('are listed by %j', ({ names, ...input }) => {
    const call = aCall();
    create(call);
    expect(listPolicies.run(call, input).Policies?.map((policy) => policy.PolicyName)).toEqual(names);
  });
});

describe('a document is refused', () => {
  const statement = (changes: object) =>
    JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: '*', ...changes }],
    });
  it.each([
    { when: 'it is a list', text: '[]', message: 'Syntax errors in policy.' },
    { when: 'it has no statement', text: '{"Version":"2012-10-17"}', message: 'Syntax errors in policy.' },
    {
      when: 'its version is unknown',
      text: '{"Version":"2020-01-01"}',
      message: 'Policy document must be version 2012-10-17 or greater.',
    },
    {
      when: 'a statement has no effect',
      text: statement({ Effect: undefined }),
      message: 'Missing required field Effect',
    },
    {
      when: 'a statement has no action',
      text: statement({ Action: undefined }),
      message: 'Policy statement must contain actions.',
    },
    {
      when: 'an action has no service',
      text: statement({ Action: 'GetObject' }),
      message: 'Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.',
    },
    {
      when: 'a statement has no resource',
      text: statement({ Resource: undefined }),
      message: 'Policy statement must contain resources.',
    },
    {
      when: 'a resource is no ARN',
      text: statement({ Resource: 'bucket' }),
      message: 'Resource bucket must be in ARN format or "*".',
    },
    {
      when: 'it names a principal',
      text: statement({ Principal: '*' }),
      message: 'Policy document should not specify a principal.',
    },
    { when: 'a field is unknown', text: statement({ Ressource: '*' }), message: 'Syntax errors in policy.' },
    {
      when: 'a condition is a text',
      text: statement({ Condition: 'x' }),
      message: 'Syntax errors in policy.',
    },
  ])('when $when', ({ text, message }) => {
    expect(refusal(() => create(aCall(), { PolicyDocument: text }))).toEqual({
      code: 'MalformedPolicyDocument',
      status: 400,
      message,
    });
  });

  it('when it is longer than 6,144 characters, white space not counted', () => {
    const padded = `${PolicyDocument}${' '.repeat(7000)}`;
    expect(create(aCall(), { PolicyDocument: padded }).Policy?.PolicyName).toBe(PolicyName);
    expect(
      refusal(() => create(aCall(), { PolicyDocument: documentFor(`s3:${'x'.repeat(6144)}`) })).message,
    ).toBe('Cannot exceed quota for PolicySize: 6144');
  });
});
