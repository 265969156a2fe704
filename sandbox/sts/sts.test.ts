import { describe, expect, it } from 'vitest';
import { createRole } from '#sandbox/iam/create-role.ts';
import { deleteRole } from '#sandbox/iam/delete-role.ts';
import { deleteRolePolicy } from '#sandbox/iam/delete-role-policy.ts';
import { putRolePolicy } from '#sandbox/iam/put-role-policy.ts';
import { tagRole } from '#sandbox/iam/tag-role.ts';
import type { Call } from '#sandbox/operation.ts';
import { aCall, NOON, PODS_TRUST, refusal } from '#test/builders/sandbox-call.ts';
import { assumeRole } from './assume-role.ts';
import { getCallerIdentity } from './get-caller-identity.ts';
import { callerOf } from './session-store.ts';

const HUB = '111122223333';
const SPOKE = '444455556666';
const RoleArn = `arn:aws:iam::${SPOKE}:role/rolecall-read`;

interface TrustOptions {
  readonly principal?: object;
  readonly action?: string | readonly string[];
  readonly condition?: object;
}

const trust = ({ principal = { AWS: HUB }, action = 'sts:AssumeRole', condition }: TrustOptions = {}) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Principal: principal, Action: action, ...(condition && { Condition: condition }) },
    ],
  });

/** A hub user's call in a world where the spoke has the role. */
function aHub(options: TrustOptions = {}, role: object = {}): Call {
  const call = aCall();
  createRole.run(aCall({ world: call.world, account: SPOKE }), {
    RoleName: 'rolecall-read',
    AssumeRolePolicyDocument: trust(options),
    ...role,
  });
  return call;
}

const assume = (call: Call, changes: object = {}) =>
  assumeRole.run(call, { RoleArn, RoleSessionName: 'sweep', ...changes });

/** The same world, called with the credentials of a session. */
function as(
  call: Call,
  credentials:
    | { readonly AccessKeyId?: string | undefined; readonly SessionToken?: string | undefined }
    | undefined,
): Call {
  const answer = call.world.sessions.find(
    credentials?.AccessKeyId ?? '',
    credentials?.SessionToken,
    call.now,
  );
  if (answer.kind !== 'valid') throw new Error(`the session is ${answer.kind}`);
  return { ...call, caller: callerOf(answer.session), account: answer.session.account };
}

/** A session of a hub role that may do what the statement says. */
function aHubRole(
  call: Call,
  statement: object = { Action: 'sts:*', Resource: '*' },
  assumed: object = {},
): Call {
  createRole.run(call, {
    RoleName: 'worker',
    AssumeRolePolicyDocument: trust({
      action: ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'],
    }),
  });
  putRolePolicy.run(call, {
    RoleName: 'worker',
    PolicyName: 'p',
    PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...statement }] }),
  });
  const answer = assume(call, {
    RoleArn: `arn:aws:iam::${HUB}:role/worker`,
    RoleSessionName: 'w1',
    ...assumed,
  });
  return as(call, answer.Credentials);
}

describe('GetCallerIdentity', () => {
  it('tells whose key it is', () => {
    expect(getCallerIdentity.run(aCall(), {})).toEqual({
      UserId: expect.stringMatching(/^AIDA[A-Z2-7]{17}$/),
      Account: HUB,
      Arn: `arn:aws:iam::${HUB}:user/sandbox`,
    });
  });

  it('tells role and session of temporary credentials', () => {
    const call = aHub();
    const answer = assume(call);
    expect(getCallerIdentity.run(as(call, answer.Credentials), {})).toEqual({
      UserId: answer.AssumedRoleUser?.AssumedRoleId,
      Account: SPOKE,
      Arn: `arn:aws:sts::${SPOKE}:assumed-role/rolecall-read/sweep`,
    });
  });
});

describe('AssumeRole', () => {
  it('answers credentials for one hour, and the session', () => {
    expect(
      assume(aHub({}, { Path: '/rolecall/' }), {
        RoleArn: `arn:aws:iam::${SPOKE}:role/rolecall/rolecall-read`,
      }),
    ).toEqual({
      Credentials: {
        AccessKeyId: expect.stringMatching(/^ASIA[A-Z2-7]{16}$/),
        SecretAccessKey: expect.stringMatching(/^.{40}$/),
        SessionToken: expect.stringMatching(/^IQoJ.{100,}$/),
        Expiration: new Date('2026-11-20T11:00:00Z'),
      },
      AssumedRoleUser: {
        AssumedRoleId: expect.stringMatching(/^AROA[A-Z2-7]{17}:sweep$/),
        Arn: `arn:aws:sts::${SPOKE}:assumed-role/rolecall-read/sweep`,
      },
    });
  });

  it.each([
    { when: 'the account is trusted', trusts: {}, input: {} },
    {
      when: 'the user is trusted',
      trusts: { principal: { AWS: `arn:aws:iam::${HUB}:user/sandbox` } },
      input: {},
    },
    {
      when: 'the external id is the one asked for',
      trusts: { condition: { StringEquals: { 'sts:ExternalId': 'fleet-1' } } },
      input: { ExternalId: 'fleet-1' },
    },
    {
      when: 'the caller is the principal asked for',
      trusts: { condition: { ArnEquals: { 'aws:PrincipalArn': `arn:aws:iam::${HUB}:user/sandbox` } } },
      input: {},
    },
    {
      when: 'the session may be tagged so',
      trusts: {
        action: ['sts:AssumeRole', 'sts:TagSession'],
        condition: { StringEquals: { 'aws:RequestTag/team': 'payments' } },
      },
      input: { Tags: [{ Key: 'team', Value: 'payments' }] },
    },
    {
      when: 'the source identity may be set so',
      trusts: {
        action: ['sts:AssumeRole', 'sts:SetSourceIdentity'],
        condition: { StringLike: { 'sts:SourceIdentity': 'ada*' } },
      },
      input: { SourceIdentity: 'ada.l' },
    },
    {
      when: 'the session is named as asked for',
      trusts: { condition: { StringEquals: { 'sts:RoleSessionName': 'sweep' } } },
      input: {},
    },
  ])('admits when $when', ({ trusts, input }) => {
    expect(assume(aHub(trusts), input).Credentials?.AccessKeyId).toMatch(/^ASIA/);
  });

  it.each([
    { when: 'nobody of the account is trusted', trusts: { principal: { AWS: '777788889999' } }, input: {} },
    {
      when: 'only a service is trusted',
      trusts: { principal: { Service: 'pods.eks.amazonaws.com' } },
      input: {},
    },
    {
      when: 'the external id is missing',
      trusts: { condition: { StringEquals: { 'sts:ExternalId': 'fleet-1' } } },
      input: {},
    },
    {
      when: 'the external id is another',
      trusts: { condition: { StringEquals: { 'sts:ExternalId': 'fleet-1' } } },
      input: { ExternalId: 'fleet-2' },
    },
    {
      when: 'the address that is asked for cannot be known',
      trusts: { condition: { IpAddress: { 'aws:SourceIp': '0.0.0.0/0' } } },
      input: {},
    },
    {
      when: 'tags are passed and TagSession is not allowed',
      trusts: {},
      input: { Tags: [{ Key: 'a', Value: 'b' }] },
      action: 'sts:TagSession',
    },
    {
      when: 'TagSession shares a statement with an external id, which it does not see',
      trusts: {
        action: ['sts:AssumeRole', 'sts:TagSession'],
        condition: { StringEquals: { 'sts:ExternalId': 'fleet-1' } },
      },
      input: { ExternalId: 'fleet-1', Tags: [{ Key: 'a', Value: 'b' }] },
      action: 'sts:TagSession',
    },
    {
      when: 'a source identity is set and that is not allowed',
      trusts: {},
      input: { SourceIdentity: 'ada' },
      action: 'sts:SetSourceIdentity',
    },
    { when: 'the role is not there', trusts: {}, input: { RoleArn: `arn:aws:iam::${SPOKE}:role/gone` } },
    {
      when: 'the role has another path',
      trusts: {},
      input: { RoleArn: `arn:aws:iam::${SPOKE}:role/x/rolecall-read` },
    },
  ])('denies when $when', ({ trusts, input, action = 'sts:AssumeRole' }) => {
    const resource = 'RoleArn' in input ? input.RoleArn : RoleArn;
    expect(refusal(() => assume(aHub(trusts), input))).toEqual({
      code: 'AccessDenied',
      status: 403,
      message: `User: arn:aws:iam::${HUB}:user/sandbox is not authorized to perform: ${action} on resource: ${resource}`,
    });
  });

  it.each([
    { input: { RoleSessionName: 'a' }, code: 'ValidationError', message: /greater than or equal to 2$/ },
    {
      input: { RoleSessionName: 'a b' },
      code: 'ValidationError',
      message: /regular expression pattern: \[\\w\+=,\.@-\]\*$/,
    },
    { input: { DurationSeconds: 60 }, code: 'ValidationError', message: /greater than or equal to 900$/ },
    {
      input: { DurationSeconds: 7200 },
      code: 'ValidationError',
      message: /exceeds the MaxSessionDuration set for this role\.$/,
    },
    { input: { RoleArn: 'arn:aws:iam::1:user/somebody' }, code: 'ValidationError', message: /is invalid$/ },
    {
      input: { Policy: '{' },
      code: 'MalformedPolicyDocument',
      message: /^This policy contains invalid Json$/,
    },
    {
      input: { Policy: `{}${' '.repeat(2048)}` },
      code: 'ValidationError',
      message: /less than or equal to 2048$/,
    },
    {
      input: { PolicyArns: [{ arn: 'arn:aws:iam::aws:policy/None' }] },
      code: 'InvalidParameterValue',
      message: /was not found\.$/,
    },
    {
      input: { TransitiveTagKeys: ['a'] },
      code: 'ValidationError',
      message: /must be included in the requested tags\.$/,
    },
    {
      input: { TokenCode: '123456' },
      code: 'InvalidParameterValue',
      message: /^The sandbox has no MFA devices/,
    },
  ])('refuses %j', ({ input, code, message }) => {
    const refused = refusal(() => assume(aHub(), input));
    expect(refused.code).toBe(code);
    expect(refused.message).toMatch(message);
  });

  it('refuses tags that fill more than the room there is', () => {
    const Tags = Array.from({ length: 8 }, (_, index) => ({ Key: `key-${index}`, Value: 'v'.repeat(256) }));
    const refused = refusal(() => assume(aHub({ action: ['sts:AssumeRole', 'sts:TagSession'] }), { Tags }));
    expect(refused).toEqual({
      code: 'PackedPolicyTooLarge',
      status: 400,
      message: 'Packed size of session tags consumes 314% of allotted space.',
    });
  });

  it("tells a packed size near AWS's for the six tags of EKS (facts §7.2)", () => {
    const tags = {
      'eks-cluster-arn': `arn:aws:eks:us-west-2:${HUB}:cluster/eksworkshop`,
      'eks-cluster-name': 'eksworkshop',
      'kubernetes-namespace': 'default',
      'kubernetes-pod-name': 'app-6d8f9c7b5-x2x4z',
      'kubernetes-pod-uid': '0d9f2f5e-8f0a-4a5c-9a5e-0c3a1f1f2d3e',
      'kubernetes-service-account': 'app',
    };
    const { PackedPolicySize } = assume(aHub({ action: ['sts:AssumeRole', 'sts:TagSession'] }), {
      Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
      TransitiveTagKeys: Object.keys(tags),
    });
    expect(PackedPolicySize).toBeGreaterThan(50);
    expect(PackedPolicySize).toBeLessThan(62);
  });
});

describe('a role that assumes a role', () => {
  it('across accounts needs its own policy as well as the trust', () => {
    const call = aHub();
    const worker = aHubRole(call, { Action: 'sts:AssumeRole', Resource: RoleArn });
    expect(assume(worker).AssumedRoleUser?.Arn).toBe(
      `arn:aws:sts::${SPOKE}:assumed-role/rolecall-read/sweep`,
    );
    deleteRolePolicy.run(call, { RoleName: 'worker', PolicyName: 'p' });
    expect(refusal(() => assume(worker)).message).toBe(
      `User: arn:aws:sts::${HUB}:assumed-role/worker/w1 is not authorized to perform: sts:AssumeRole on resource: ${RoleArn}`,
    );
  });

  it.each([
    { names: 'the role itself', principal: (role: string) => role, admitted: true },
    { names: 'the account only', principal: () => HUB, admitted: false },
  ])(
    'within its account needs no policy of its own only when the trust names $names',
    ({ principal, admitted }) => {
      const call = aCall();
      const worker = aHubRole(call, { Action: 's3:*', Resource: '*' });
      createRole.run(call, {
        RoleName: 'near',
        AssumeRolePolicyDocument: trust({ principal: { AWS: principal(`arn:aws:iam::${HUB}:role/worker`) } }),
      });
      const act = () => assume(worker, { RoleArn: `arn:aws:iam::${HUB}:role/near` });
      if (admitted) expect(act().Credentials).toBeDefined();
      else expect(refusal(act).code).toBe('AccessDenied');
    },
  );

  it('gets one hour at most', () => {
    const worker = aHubRole(aHub({}, { MaxSessionDuration: 43_200 }));
    expect(refusal(() => assume(worker, { DurationSeconds: 3601 }))).toEqual({
      code: 'ValidationError',
      status: 400,
      message:
        'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.',
    });
  });

  it('hands transitive tags and the source identity on, and nothing else', () => {
    const trusts = { action: ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'] };
    const call = aHub(trusts);
    const worker = aHubRole(call, undefined, {
      Tags: [
        { Key: 'team', Value: 'payments' },
        { Key: 'shift', Value: 'night' },
      ],
      TransitiveTagKeys: ['team'],
      SourceIdentity: 'ada',
    });
    const answer = assume(worker, { Tags: [{ Key: 'env', Value: 'prod' }] });
    expect(answer.SourceIdentity).toBe('ada');
    const session = call.world.sessions.find(
      answer.Credentials?.AccessKeyId ?? '',
      answer.Credentials?.SessionToken,
      NOON,
    );
    expect(session).toMatchObject({
      kind: 'valid',
      session: {
        sessionTags: { env: 'prod', team: 'payments' },
        transitiveTagKeys: ['team'],
        sourceIdentity: 'ada',
      },
    });
    expect(refusal(() => assume(worker, { Tags: [{ Key: 'Team', Value: 'x' }] })).message).toMatch(
      /^One of the specified transitive tag keys/,
    );
    expect(refusal(() => assume(worker, { SourceIdentity: 'eve' })).message).toMatch(/sts:SetSourceIdentity/);
  });

  it('may do nothing more once its role was made again, though the name is the same', () => {
    const call = aHub();
    const worker = aHubRole(call);
    deleteRolePolicy.run(call, { RoleName: 'worker', PolicyName: 'p' });
    deleteRole.run(call, { RoleName: 'worker' });
    aHubRole(call);
    expect(refusal(() => assume(worker)).code).toBe('AccessDenied');
  });

  it('is narrowed by its session policy and its boundary', () => {
    const call = aHub();
    const nothing =
      '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}';
    expect(refusal(() => assume(aHubRole(call, undefined, { Policy: nothing }))).code).toBe('AccessDenied');
    createRole.run(call, {
      RoleName: 'bounded',
      AssumeRolePolicyDocument: trust(),
      PermissionsBoundary: 'arn:aws:iam::aws:policy/AmazonS3FullAccess',
    });
    const PolicyDocument =
      '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}';
    putRolePolicy.run(call, { RoleName: 'bounded', PolicyName: 'p', PolicyDocument });
    const bounded = as(call, assume(call, { RoleArn: `arn:aws:iam::${HUB}:role/bounded` }).Credentials);
    expect(refusal(() => assume(bounded)).code).toBe('AccessDenied');
  });

  it('is known by its session tags, which win over those of its role', () => {
    const call = aHub({ condition: { StringEquals: { 'aws:PrincipalTag/team': 'payments' } } });
    const untagged = aHubRole(call);
    expect(refusal(() => assume(untagged)).code).toBe('AccessDenied');
    tagRole.run(call, { RoleName: 'worker', Tags: [{ Key: 'team', Value: 'payments' }] });
    expect(assume(untagged).Credentials).toBeDefined();
    const RoleSessionName = 'w2';
    const searching = as(
      call,
      assume(call, {
        RoleArn: `arn:aws:iam::${HUB}:role/worker`,
        RoleSessionName,
        Tags: [{ Key: 'team', Value: 'search' }],
      }).Credentials,
    );
    expect(refusal(() => assume(searching)).code).toBe('AccessDenied');
  });
});

describe('the store of sessions', () => {
  it('knows the key by its own token only, until it expires', () => {
    const call = aHub({ principal: { AWS: HUB } });
    const first = assume(call).Credentials;
    const second = assume(call).Credentials;
    const find = (token: string | undefined, now: number) =>
      call.world.sessions.find(first?.AccessKeyId ?? '', token, now).kind;
    expect(find(first?.SessionToken, NOON)).toBe('valid');
    expect(find(second?.SessionToken, NOON)).toBe('invalid');
    expect(find(undefined, NOON)).toBe('invalid');
    expect(find(first?.SessionToken, NOON + 3_599_999)).toBe('valid');
    expect(find(first?.SessionToken, NOON + 3_600_000)).toBe('expired');
    expect(call.world.sessions.find('ASIANONE', first?.SessionToken, NOON).kind).toBe('invalid');
  });

  it('gives no two sessions the same key', () => {
    const call = aHub();
    const keys = Array.from({ length: 300 }, () => assume(call).Credentials?.AccessKeyId);
    expect(new Set(keys).size).toBe(300);
  });

  it('forgets sessions a day after they expired', () => {
    const call = aHub();
    const old = assume(call).Credentials;
    const later = { ...call, now: NOON + 26 * 3_600_000 };
    for (let i = 0; i < 256; i += 1) assume(later);
    expect(call.world.sessions.find(old?.AccessKeyId ?? '', old?.SessionToken, later.now).kind).toBe(
      'invalid',
    );
  });
});

it('does not let a pod role be assumed by a person', () => {
  const call = aHub();
  createRole.run(call, { RoleName: 'pod', AssumeRolePolicyDocument: PODS_TRUST });
  expect(refusal(() => assume(call, { RoleArn: `arn:aws:iam::${HUB}:role/pod` })).code).toBe('AccessDenied');
});
