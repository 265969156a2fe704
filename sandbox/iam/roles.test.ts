import { describe, expect, it } from 'vitest';
import type { Call } from '#sandbox/operation.ts';
import { aCall, NOON, PODS_TRUST, refusal, trusting } from '#test/builders/sandbox-call.ts';
import { attachRolePolicy } from './attach-role-policy.ts';
import { createRole } from './create-role.ts';
import { deleteRole } from './delete-role.ts';
import { deleteRolePermissionsBoundary } from './delete-role-permissions-boundary.ts';
import { deleteRolePolicy } from './delete-role-policy.ts';
import { detachRolePolicy } from './detach-role-policy.ts';
import { getAccountAuthorizationDetails } from './get-account-authorization-details.ts';
import { getPolicy } from './get-policy.ts';
import { getRole } from './get-role.ts';
import { getRolePolicy } from './get-role-policy.ts';
import { listAttachedRolePolicies } from './list-attached-role-policies.ts';
import { listInstanceProfilesForRole } from './list-instance-profiles-for-role.ts';
import { listRolePolicies } from './list-role-policies.ts';
import { listRoleTags } from './list-role-tags.ts';
import { listRoles } from './list-roles.ts';
import { putRolePermissionsBoundary } from './put-role-permissions-boundary.ts';
import { putRolePolicy } from './put-role-policy.ts';
import { tagRole } from './tag-role.ts';
import { untagRole } from './untag-role.ts';
import { updateAssumeRolePolicy } from './update-assume-role-policy.ts';
import { updateRole } from './update-role.ts';
import { updateRoleDescription } from './update-role-description.ts';

const READ_S3 = 'arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess';
const ALLOW_ALL = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}';
const RoleName = 'payments-api';

const create = (call: Call, changes: object = {}) =>
  createRole.run(call, { RoleName, AssumeRolePolicyDocument: PODS_TRUST, ...changes });

describe('a role', () => {
  it('is answered by CreateRole with an ARN, an id and the encoded trust policy', () => {
    const trust =
      '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"sts:AssumeRole"}]}';
    const { Role } = create(aCall(), { Path: '/teams/pay/', AssumeRolePolicyDocument: trust });
    expect(Role).toEqual({
      Path: '/teams/pay/',
      RoleName: 'payments-api',
      RoleId: expect.stringMatching(/^AROA[A-Z2-7]{17}$/),
      Arn: 'arn:aws:iam::111122223333:role/teams/pay/payments-api',
      CreateDate: new Date('2026-11-20T10:00:00Z'),
      AssumeRolePolicyDocument:
        '%7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%5B%7B%22Effect%22%3A%22Allow%22%2C%22Principal%22%3A%7B%22AWS%22%3A%22%2A%22%7D%2C%22Action%22%3A%22sts%3AAssumeRole%22%7D%5D%7D',
      MaxSessionDuration: 3600,
    });
  });

  it('keeps tags and boundary from ListRoles and tells them to GetRole', () => {
    const call = aCall();
    create(call, {
      Tags: [{ Key: 'team', Value: 'payments' }],
      PermissionsBoundary: READ_S3,
      Description: 'Pays',
    });
    const { Role } = getRole.run(call, { RoleName });
    expect(Role).toMatchObject({
      Description: 'Pays',
      Tags: [{ Key: 'team', Value: 'payments' }],
      PermissionsBoundary: { PermissionsBoundaryType: 'Policy', PermissionsBoundaryArn: READ_S3 },
    });
    const listed = listRoles.run(call, {}).Roles?.[0] ?? {};
    expect(listed).toMatchObject({ RoleName, Description: 'Pays' });
    expect(Object.keys(listed)).not.toEqual(expect.arrayContaining(['Tags']));
    expect(Object.keys(listed)).not.toEqual(expect.arrayContaining(['PermissionsBoundary']));
  });

  it('made again under the same name has another id', () => {
    const call = aCall();
    const first = create(call).Role?.RoleId;
    deleteRole.run(call, { RoleName });
    expect(create(call).Role?.RoleId).not.toBe(first);
  });

  it('is found whatever the case of its name', () => {
    const call = aCall();
    create(call, { RoleName: 'Payments-API' });
    expect(getRole.run(call, { RoleName: 'payments-api' }).Role?.RoleName).toBe('Payments-API');
  });
});

describe('CreateRole refuses', () => {
  const call = aCall();
  create(call);
  it.each([
    {
      when: 'the name is taken in another case and under another path',
      input: { RoleName: 'PAYMENTS-API', Path: '/x/' },
      code: 'EntityAlreadyExists',
      status: 409,
      message: 'Role with name PAYMENTS-API already exists.',
    },
    {
      when: 'the name has a character that IAM does not take',
      input: { RoleName: 'a/b' },
      code: 'ValidationError',
      status: 400,
      message:
        'The specified value for roleName is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-',
    },
    {
      when: 'the name has 65 characters',
      input: { RoleName: 'a'.repeat(65) },
      code: 'ValidationError',
      status: 400,
      message: `1 validation error detected: Value '${'a'.repeat(65)}' at 'roleName' failed to satisfy constraint: Member must have length less than or equal to 64`,
    },
    {
      when: 'the path does not end with a slash',
      input: { RoleName: 'other', Path: '/teams' },
      code: 'ValidationError',
      status: 400,
      message:
        'The specified value for path is invalid. It must begin and end with / and contain only alphanumeric characters and/or / characters.',
    },
    {
      when: 'the longest session is under an hour',
      input: { RoleName: 'other', MaxSessionDuration: 900 },
      code: 'ValidationError',
      status: 400,
      message:
        "1 validation error detected: Value '900' at 'maxSessionDuration' failed to satisfy constraint: Member must have value greater than or equal to 3600",
    },
    {
      when: 'the trust policy is no JSON',
      input: { RoleName: 'other', AssumeRolePolicyDocument: '{' },
      code: 'MalformedPolicyDocument',
      status: 400,
      message: 'This policy contains invalid Json',
    },
    {
      when: 'the trust policy names a role that is not there',
      input: { RoleName: 'other', AssumeRolePolicyDocument: trusting('arn:aws:iam::111122223333:role/gone') },
      code: 'MalformedPolicyDocument',
      status: 400,
      message: 'Invalid principal in policy: "AWS":"arn:aws:iam::111122223333:role/gone"',
    },
    {
      when: 'the trust policy is too long',
      input: {
        RoleName: 'other',
        AssumeRolePolicyDocument: trusting('*', { StringEquals: { 'sts:ExternalId': 'x'.repeat(2048) } }),
      },
      code: 'LimitExceeded',
      status: 409,
      message: 'Cannot exceed quota for ACLSizePerRole: 2048',
    },
    {
      when: 'the boundary is no policy',
      input: { RoleName: 'other', PermissionsBoundary: 'arn:aws:iam::111122223333:policy/none' },
      code: 'NoSuchEntity',
      status: 404,
      message: 'Scope ARN: arn:aws:iam::111122223333:policy/none does not exist or is not attachable.',
    },
    {
      when: 'a tag key is reserved',
      input: { RoleName: 'other', Tags: [{ Key: 'AWS:x', Value: '' }] },
      code: 'InvalidInput',
      status: 400,
      message: "Tag keys that start with 'aws:' are reserved for system use.",
    },
    {
      when: 'a tag key is given twice',
      input: {
        RoleName: 'other',
        Tags: [
          { Key: 'a', Value: '1' },
          { Key: 'A', Value: '2' },
        ],
      },
      code: 'InvalidInput',
      status: 400,
      message: 'Duplicate tag keys found. Please note that Tag keys are case insensitive.',
    },
  ])('when $when, and changes nothing', ({ input, code, status, message }) => {
    expect(refusal(() => create(call, input))).toEqual({ code, status, message });
    expect(listRoles.run(call, {}).Roles?.map((role) => role.RoleName)).toEqual(['payments-api']);
  });
});

describe('a role that is not there', () => {
  const call = aCall();
  it.each([
    ['GetRole', () => getRole.run(call, { RoleName })],
    ['DeleteRole', () => deleteRole.run(call, { RoleName })],
    ['UpdateRole', () => updateRole.run(call, { RoleName })],
    [
      'UpdateAssumeRolePolicy',
      () => updateAssumeRolePolicy.run(call, { RoleName, PolicyDocument: PODS_TRUST }),
    ],
    ['AttachRolePolicy', () => attachRolePolicy.run(call, { RoleName, PolicyArn: READ_S3 })],
    ['ListAttachedRolePolicies', () => listAttachedRolePolicies.run(call, { RoleName })],
    [
      'PutRolePolicy',
      () => putRolePolicy.run(call, { RoleName, PolicyName: 'p', PolicyDocument: ALLOW_ALL }),
    ],
    ['TagRole', () => tagRole.run(call, { RoleName, Tags: [] })],
    ['ListInstanceProfilesForRole', () => listInstanceProfilesForRole.run(call, { RoleName })],
  ])('is NoSuchEntity to %s', (_operation, act) => {
    expect(refusal(act)).toEqual({
      code: 'NoSuchEntity',
      status: 404,
      message: 'The role with name payments-api cannot be found.',
    });
  });
});

describe('DeleteRole', () => {
  it('waits until the policies are gone', () => {
    const call = aCall();
    create(call);
    attachRolePolicy.run(call, { RoleName, PolicyArn: READ_S3 });
    putRolePolicy.run(call, { RoleName, PolicyName: 'p', PolicyDocument: ALLOW_ALL });
    expect(refusal(() => deleteRole.run(call, { RoleName }))).toEqual({
      code: 'DeleteConflict',
      status: 409,
      message: 'Cannot delete entity, must detach all policies first.',
    });
    detachRolePolicy.run(call, { RoleName, PolicyArn: READ_S3 });
    expect(refusal(() => deleteRole.run(call, { RoleName })).message).toBe(
      'Cannot delete entity, must delete policies first.',
    );
    deleteRolePolicy.run(call, { RoleName, PolicyName: 'p' });
    deleteRole.run(call, { RoleName });
    expect(listRoles.run(call, {}).Roles).toEqual([]);
  });
});

describe('changing a role', () => {
  it('gives back one hour and keeps the description when UpdateRole names neither', () => {
    const call = aCall();
    create(call, { MaxSessionDuration: 7200, Description: 'before' });
    updateRole.run(call, { RoleName });
    expect(getRole.run(call, { RoleName }).Role).toMatchObject({
      MaxSessionDuration: 3600,
      Description: 'before',
    });
    expect(updateRoleDescription.run(call, { RoleName, Description: 'after' }).Role?.Description).toBe(
      'after',
    );
  });

  it('sets and removes the boundary', () => {
    const call = aCall();
    create(call);
    putRolePermissionsBoundary.run(call, { RoleName, PermissionsBoundary: READ_S3 });
    expect(getRole.run(call, { RoleName }).Role?.PermissionsBoundary?.PermissionsBoundaryArn).toBe(READ_S3);
    const usage = () => getPolicy.run(call, { PolicyArn: READ_S3 }).Policy?.PermissionsBoundaryUsageCount;
    expect(usage()).toBe(1);
    deleteRolePermissionsBoundary.run(call, { RoleName });
    expect(getRole.run(call, { RoleName }).Role?.PermissionsBoundary).toBeUndefined();
    expect(usage()).toBe(0);
  });

  it('merges tags whatever the case of their keys, and removes them so', () => {
    const call = aCall();
    create(call, {
      Tags: [
        { Key: 'Team', Value: 'a' },
        { Key: 'env', Value: 'prod' },
      ],
    });
    tagRole.run(call, { RoleName, Tags: [{ Key: 'team', Value: 'b' }] });
    expect(listRoleTags.run(call, { RoleName }).Tags).toEqual([
      { Key: 'env', Value: 'prod' },
      { Key: 'team', Value: 'b' },
    ]);
    untagRole.run(call, { RoleName, TagKeys: ['ENV', 'none'] });
    expect(listRoleTags.run(call, { RoleName }).Tags).toEqual([{ Key: 'team', Value: 'b' }]);
  });

  it('keeps inline policies as they were written', () => {
    const call = aCall();
    create(call);
    putRolePolicy.run(call, { RoleName, PolicyName: 'b', PolicyDocument: ALLOW_ALL });
    putRolePolicy.run(call, { RoleName, PolicyName: 'a', PolicyDocument: ALLOW_ALL });
    expect(listRolePolicies.run(call, { RoleName }).PolicyNames).toEqual(['a', 'b']);
    const { PolicyDocument = '' } = getRolePolicy.run(call, { RoleName, PolicyName: 'a' });
    expect(decodeURIComponent(PolicyDocument)).toBe(ALLOW_ALL);
  });

  it.each([
    {
      what: 'an inline policy that is not there',
      act: (call: Call) => getRolePolicy.run(call, { RoleName, PolicyName: 'none' }),
      message: 'The role policy with name none cannot be found.',
    },
    {
      what: 'detaching what is not attached',
      act: (call: Call) => detachRolePolicy.run(call, { RoleName, PolicyArn: READ_S3 }),
      message: `Policy ${READ_S3} was not found.`,
    },
    {
      what: 'attaching a policy that is not there',
      act: (call: Call) =>
        attachRolePolicy.run(call, { RoleName, PolicyArn: 'arn:aws:iam::111122223333:policy/none' }),
      message: 'Policy arn:aws:iam::111122223333:policy/none does not exist or is not attachable.',
    },
    {
      what: 'more inline policy than fits',
      act: (call: Call) =>
        putRolePolicy.run(call, {
          RoleName,
          PolicyName: 'big',
          PolicyDocument: ALLOW_ALL.replace('"*"', `"arn:aws:s3:::${'x'.repeat(10_240)}"`),
        }),
      message: 'Maximum policy size of 10240 bytes exceeded for role payments-api',
    },
  ])('refuses $what', ({ act, message }) => {
    const call = aCall();
    create(call);
    expect(refusal(() => act(call)).message).toBe(message);
  });

  it('attaches at most ten policies, and the same one once', () => {
    const call = aCall();
    create(call);
    const names =
      'AdministratorAccess PowerUserAccess IAMFullAccess ReadOnlyAccess AmazonS3FullAccess AmazonSQSFullAccess AmazonSQSReadOnlyAccess AWSXRayDaemonWriteAccess AmazonEKSClusterPolicy AmazonEKSWorkerNodePolicy';
    for (const name of names.split(' ')) {
      attachRolePolicy.run(call, { RoleName, PolicyArn: `arn:aws:iam::aws:policy/${name}` });
    }
    attachRolePolicy.run(call, { RoleName, PolicyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' });
    expect(listAttachedRolePolicies.run(call, { RoleName }).AttachedPolicies).toHaveLength(10);
    expect(refusal(() => attachRolePolicy.run(call, { RoleName, PolicyArn: READ_S3 }))).toEqual({
      code: 'LimitExceeded',
      status: 409,
      message: 'Cannot exceed quota for PoliciesPerRole: 10',
    });
  });
});

describe('a trust policy that names a role', () => {
  const reader = 'arn:aws:iam::444455556666:role/reader';
  const trustOf = (call: Call) =>
    decodeURIComponent(getRole.run(call, { RoleName }).Role?.AssumeRolePolicyDocument ?? '');

  it('shows the unique id once that role was deleted, and goes on so when it was made again', () => {
    const call = aCall();
    const other = aCall({ world: call.world, account: '444455556666' });
    const { Role } = create(other, { RoleName: 'reader' });
    create(call, { AssumeRolePolicyDocument: trusting(reader) });
    expect(trustOf(call)).toBe(trusting(reader));
    deleteRole.run(other, { RoleName: 'reader' });
    expect(trustOf(call)).toBe(trusting(Role?.RoleId ?? ''));
    create(other, { RoleName: 'reader' });
    expect(trustOf(call)).toBe(trusting(Role?.RoleId ?? ''));
    updateAssumeRolePolicy.run(call, { RoleName, PolicyDocument: trusting(reader) });
    expect(trustOf(call)).toBe(trusting(reader));
  });
});

describe('a lost principal', () => {
  it('leaves conditions that name the same ARN alone', () => {
    const reader = 'arn:aws:iam::111122223333:role/reader';
    const call = aCall();
    const { Role } = create(call, { RoleName: 'reader' });
    const trust = (principal: string) =>
      `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":["${principal}","111122223333"]},"Action":"sts:AssumeRole","Condition":{"ArnEquals":{"aws:PrincipalArn":["${reader}"]}}}]}`;
    create(call, { AssumeRolePolicyDocument: trust(reader) });
    deleteRole.run(call, { RoleName: 'reader' });
    const shown = getRole.run(call, { RoleName }).Role?.AssumeRolePolicyDocument ?? '';
    expect(decodeURIComponent(shown)).toBe(trust(Role?.RoleId ?? ''));
  });
});

describe('pages of roles', () => {
  it('come in one order, each role once, with a marker while there are more', () => {
    const call = aCall();
    for (const name of ['c', 'a', 'e', 'b', 'd'])
      create(call, { RoleName: name, Path: name < 'c' ? '/low/' : '/' });
    const names: string[] = [];
    const sizes: number[] = [];
    let Marker: string | undefined;
    do {
      const answer = listRoles.run(call, { MaxItems: 2, Marker });
      names.push(...(answer.Roles ?? []).map((role) => role.RoleName ?? ''));
      sizes.push(answer.Roles?.length ?? 0);
      expect(answer.IsTruncated).toBe(answer.Marker !== undefined);
      Marker = answer.Marker;
    } while (Marker);
    expect(names).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(sizes).toEqual([2, 2, 1]);
    expect(listRoles.run(call, { PathPrefix: '/low/' }).Roles?.map((role) => role.RoleName)).toEqual([
      'a',
      'b',
    ]);
  });

  it.each([
    { MaxItems: 0, message: /greater than or equal to 1$/ },
    { MaxItems: 1001, message: /less than or equal to 1000$/ },
    { Marker: '*', message: /^Invalid Marker: \*$/ },
  ])('refuse %j', ({ message, ...input }) => {
    expect(refusal(() => listRoles.run(aCall(), input)).message).toMatch(message);
  });
});

describe('GetAccountAuthorizationDetails', () => {
  it('tells everything about roles at once', () => {
    const call = aCall();
    create(call, { Tags: [{ Key: 'team', Value: 'payments' }] });
    attachRolePolicy.run(call, { RoleName, PolicyArn: READ_S3 });
    putRolePolicy.run(call, { RoleName, PolicyName: 'p', PolicyDocument: ALLOW_ALL });
    const answer = getAccountAuthorizationDetails.run(call, { Filter: ['Role'] });
    expect(answer.Policies).toEqual([]);
    expect(answer.RoleDetailList).toMatchObject([
      {
        RoleName,
        RolePolicyList: [{ PolicyName: 'p' }],
        AttachedManagedPolicies: [{ PolicyName: 'AmazonS3ReadOnlyAccess', PolicyArn: READ_S3 }],
        Tags: [{ Key: 'team', Value: 'payments' }],
        InstanceProfileList: [],
      },
    ]);
  });

  it('goes from roles to policies over pages', () => {
    const call = aCall();
    for (const name of ['a', 'b']) create(call, { RoleName: name });
    attachRolePolicy.run(call, { RoleName: 'a', PolicyArn: READ_S3 });
    const first = getAccountAuthorizationDetails.run(call, { MaxItems: 2 });
    expect(first.RoleDetailList?.map((role) => role.RoleName)).toEqual(['a', 'b']);
    const second = getAccountAuthorizationDetails.run(call, { MaxItems: 2, Marker: first.Marker });
    expect(second.RoleDetailList).toEqual([]);
    expect(second.Policies?.map((policy) => policy.Arn)).toEqual([READ_S3]);
    expect(second.IsTruncated).toBe(false);
  });
});

describe('what CloudTrail records', () => {
  it('has lower camel case and dates in words, the trust policy raw in the request and encoded in the answer', () => {
    const call = aCall({ now: Date.UTC(2023, 6, 10, 12, 9, 21) });
    const input = {
      RoleName,
      AssumeRolePolicyDocument: PODS_TRUST,
      PermissionsBoundary: READ_S3,
      Tags: [{ Key: 'k', Value: 'v' }],
    };
    const output = createRole.run(call, input);
    expect(createRole.trail?.requestParameters?.(input)).toEqual({
      roleName: 'payments-api',
      assumeRolePolicyDocument: PODS_TRUST,
      permissionsBoundary: READ_S3,
      tags: [{ key: 'k', value: 'v' }],
    });
    expect(createRole.trail?.responseElements?.(output)).toMatchObject({
      role: {
        path: '/',
        roleName: 'payments-api',
        createDate: 'Jul 10, 2023 12:09:21 PM',
        assumeRolePolicyDocument: expect.stringMatching(/^%7B%22Version%22/),
        permissionsBoundary: { permissionsBoundaryType: 'Policy', permissionsBoundaryArn: READ_S3 },
      },
    });
  });

  it.each([
    deleteRole,
    updateAssumeRolePolicy,
    attachRolePolicy,
    detachRolePolicy,
    putRolePolicy,
    deleteRolePolicy,
    tagRole,
  ])('is null as the answer of a silent call', (silent) => {
    expect(silent.trail?.responseElements?.({})).toBeNull();
  });
});

describe('a role as EKS sees it with a lag', () => {
  it('is what it was at that moment', () => {
    const call = aCall();
    const iam = call.world.iam('111122223333');
    create(call);
    updateAssumeRolePolicy.run({ ...call, now: NOON + 5000 }, { RoleName, PolicyDocument: trusting('*') });
    deleteRole.run({ ...call, now: NOON + 9000 }, { RoleName });
    const trustAt = (ms: number) => iam.roleAsOf('Payments-api', ms)?.trustPolicy;
    expect([NOON - 1, NOON, NOON + 4999, NOON + 5000, NOON + 8999, NOON + 9000].map(trustAt)).toEqual([
      undefined,
      PODS_TRUST,
      PODS_TRUST,
      trusting('*'),
      trusting('*'),
      undefined,
    ]);
  });
});
