import {
  CreateClusterCommand,
  CreatePodIdentityAssociationCommand,
  DeletePodIdentityAssociationCommand,
  DescribePodIdentityAssociationCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdatePodIdentityAssociationCommand,
} from '@aws-sdk/client-eks';
import {
  CreateRoleCommand,
  DeleteRoleCommand,
  GetRoleCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import { describe, expect, it } from 'vitest';
import { aRunningSandbox, putRole, type RunningSandbox, refusalOf } from '#test/builders/running-sandbox.ts';
import { PODS_TRUST, trusting } from '#test/builders/sandbox-call.ts';
import { Trail, type TrailEvent } from './trail.ts';

const ROLE = 'arn:aws:iam::111122223333:role/r1';
const ID = 'a-00000000000000001';
const ARN = `arn:aws:eks:eu-west-1:111122223333:podidentityassociation/c1/${ID}`;
const ARN_ENCODED = `arn%3Aaws%3Aeks%3Aeu-west-1%3A111122223333%3Apodidentityassociation%2Fc1%2F${ID}`;
const KEY = { clusterName: 'c1', associationId: ID };

async function aCluster(options: Parameters<typeof aRunningSandbox>[0] = {}) {
  const sandbox = await aRunningSandbox(options);
  putRole(sandbox.world.iam('111122223333'), 'r1');
  sandbox.world.eks('111122223333', 'eu-west-1').addCluster({
    name: 'c1',
    associations: [{ associationId: ID, namespace: 'payments', serviceAccount: 'api', roleArn: ROLE }],
  });
  return { ...sandbox, client: sandbox.eks() };
}

function onlyEvent({ world }: Pick<RunningSandbox, 'world'>): TrailEvent {
  const events = world.trail.events();
  expect(events).toHaveLength(1);
  return (events[0] as { event: TrailEvent }).event;
}

describe('the event of a call', () => {
  it('is the whole envelope and record that AWS delivers', async () => {
    const sandbox = await aCluster();
    const { association } = await sandbox.client.send(
      new CreatePodIdentityAssociationCommand({
        clusterName: 'c1',
        namespace: 'payments',
        serviceAccount: 'new',
        roleArn: ROLE,
        clientRequestToken: 't1',
      }),
    );
    const event = onlyEvent(sandbox);
    const { associationId: id } = association ?? {};
    expect(event).toEqual({
      version: '0',
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      'detail-type': 'AWS API Call via CloudTrail',
      source: 'aws.eks',
      account: '111122223333',
      time: '2026-11-20T10:00:00Z',
      region: 'eu-west-1',
      resources: [],
      detail: {
        eventVersion: '1.11',
        userIdentity: {
          type: 'IAMUser',
          principalId: expect.stringMatching(/^AIDA[A-Z2-7]{17}$/),
          arn: 'arn:aws:iam::111122223333:user/sandbox',
          accountId: '111122223333',
          accessKeyId: '111122223333',
          userName: 'sandbox',
        },
        eventTime: '2026-11-20T10:00:00Z',
        eventSource: 'eks.amazonaws.com',
        eventName: 'CreatePodIdentityAssociation',
        awsRegion: 'eu-west-1',
        sourceIPAddress: '127.0.0.1',
        userAgent: expect.stringMatching(/^aws-sdk-js/),
        requestParameters: {
          name: 'c1',
          namespace: 'payments',
          serviceAccount: 'new',
          roleArn: ROLE,
          clientRequestToken: 't1',
        },
        responseElements: {
          association: {
            clusterName: 'c1',
            namespace: 'payments',
            serviceAccount: 'new',
            roleArn: ROLE,
            associationArn: `arn:aws:eks:eu-west-1:111122223333:podidentityassociation/c1/${id}`,
            associationId: id,
            tags: {},
            createdAt: 1795168800,
            modifiedAt: 1795168800,
            disableSessionTags: false,
          },
        },
        requestID: expect.stringMatching(/^[0-9a-f-]{36}$/),
        eventID: expect.stringMatching(/^[0-9a-f-]{36}$/),
        readOnly: false,
        eventType: 'AwsApiCall',
        managementEvent: true,
        recipientAccountId: '111122223333',
        eventCategory: 'Management',
        tlsDetails: {
          tlsVersion: 'TLSv1.3',
          cipherSuite: 'TLS_AES_128_GCM_SHA256',
          clientProvidedHostHeader: 'eks.eu-west-1.amazonaws.com',
        },
      },
    });
  });

  it.each([
    {
      call: 'UpdatePodIdentityAssociation',
      act: ({ client }: Awaited<ReturnType<typeof aCluster>>) =>
        client.send(
          new UpdatePodIdentityAssociationCommand({
            ...KEY,
            disableSessionTags: true,
            clientRequestToken: 't',
          }),
        ),
      requestParameters: { name: 'c1', associationId: ID, disableSessionTags: true, clientRequestToken: 't' },
      responseElements: {
        association: expect.objectContaining({ associationId: ID, disableSessionTags: true }),
      },
    },
    {
      call: 'DeletePodIdentityAssociation',
      act: ({ client }: Awaited<ReturnType<typeof aCluster>>) =>
        client.send(new DeletePodIdentityAssociationCommand(KEY)),
      requestParameters: { name: 'c1', associationId: ID },
      responseElements: {
        association: expect.objectContaining({ associationId: ID, namespace: 'payments' }),
      },
    },
    {
      call: 'TagResource',
      act: ({ client }: Awaited<ReturnType<typeof aCluster>>) =>
        client.send(new TagResourceCommand({ resourceArn: ARN, tags: { team: 'a b' } })),
      requestParameters: { resourceArn: ARN_ENCODED, tags: { team: 'a b' } },
      responseElements: null,
    },
    {
      call: 'UntagResource',
      act: ({ client }: Awaited<ReturnType<typeof aCluster>>) =>
        client.send(new UntagResourceCommand({ resourceArn: ARN, tagKeys: ['team', 'env'] })),
      requestParameters: { resourceArn: ARN_ENCODED, tagKeys: ['team', 'env'] },
      responseElements: null,
    },
    {
      call: 'CreateCluster',
      act: ({ client }: Awaited<ReturnType<typeof aCluster>>) =>
        client.send(
          new CreateClusterCommand({
            name: 'c2',
            roleArn: ROLE,
            resourcesVpcConfig: {},
            clientRequestToken: 't',
          }),
        ),
      requestParameters: { name: 'c2', roleArn: ROLE, resourcesVpcConfig: {}, clientRequestToken: 't' },
      responseElements: {
        cluster: expect.objectContaining({ name: 'c2', status: 'CREATING', createdAt: 1795168800 }),
      },
    },
  ])('$call has the wire’s names', async ({ call, act, requestParameters, responseElements }) => {
    const sandbox = await aCluster();
    await act(sandbox);
    const { detail } = onlyEvent(sandbox);
    expect(detail).toMatchObject({ eventName: call, requestParameters, responseElements });
    expect(detail).not.toHaveProperty('errorCode');
  });

  it('of IAM is in us-east-1, in lower camel case, with dates in words', async () => {
    const sandbox = await aRunningSandbox();
    const create = new CreateRoleCommand({
      RoleName: 'r2',
      Path: '/x/',
      AssumeRolePolicyDocument: PODS_TRUST,
    });
    await sandbox.iam({ region: 'eu-west-1' }).send(create);
    const event = onlyEvent(sandbox);
    expect(event).toMatchObject({ source: 'aws.iam', region: 'us-east-1' });
    expect(event.detail).toMatchObject({
      eventSource: 'iam.amazonaws.com',
      awsRegion: 'us-east-1',
      requestParameters: { roleName: 'r2', path: '/x/', assumeRolePolicyDocument: PODS_TRUST },
      responseElements: {
        role: {
          path: '/x/',
          roleName: 'r2',
          arn: 'arn:aws:iam::111122223333:role/x/r2',
          createDate: 'Nov 20, 2026 10:00:00 AM',
          assumeRolePolicyDocument: expect.stringMatching(/^%7B%22Version%22/),
        },
      },
    });
  });

  it('of IAM has no answer where IAM answers nothing', async () => {
    const sandbox = await aCluster();
    await sandbox
      .iam()
      .send(new UpdateAssumeRolePolicyCommand({ RoleName: 'r1', PolicyDocument: PODS_TRUST }));
    expect(onlyEvent(sandbox).detail).toMatchObject({
      eventName: 'UpdateAssumeRolePolicy',
      requestParameters: { roleName: 'r1', policyDocument: PODS_TRUST },
      responseElements: null,
    });
  });

  it('names a role session with its issuer', async () => {
    const sandbox = await aCluster();
    putRole(sandbox.world.iam('111122223333'), 'writer', {
      path: '/ops/',
      arn: 'arn:aws:iam::111122223333:role/ops/writer',
      trustPolicy: trusting('arn:aws:iam::111122223333:root'),
    });
    const assume = new AssumeRoleCommand({
      RoleArn: 'arn:aws:iam::111122223333:role/ops/writer',
      RoleSessionName: 's1',
    });
    const { Credentials } = await sandbox.sts().send(assume);
    const accessKeyId = Credentials?.AccessKeyId ?? '';
    const client = sandbox.eks({ accessKeyId, sessionToken: Credentials?.SessionToken ?? '' });
    await client.send(new DeletePodIdentityAssociationCommand(KEY));
    const [last] = sandbox.world.trail.events({ eventName: 'DeletePodIdentityAssociation' });
    expect(last?.event.detail.userIdentity).toEqual({
      type: 'AssumedRole',
      principalId: 'AROAEXAMPLEEXAMPLE234:s1',
      arn: 'arn:aws:sts::111122223333:assumed-role/writer/s1',
      accountId: '111122223333',
      accessKeyId,
      sessionContext: {
        sessionIssuer: {
          type: 'Role',
          principalId: 'AROAEXAMPLEEXAMPLE234',
          arn: 'arn:aws:iam::111122223333:role/ops/writer',
          accountId: '111122223333',
          userName: 'writer',
        },
        webIdFederationData: {},
        attributes: { creationDate: '2026-11-20T10:00:00Z', mfaAuthenticated: 'false' },
      },
    });
  });
});

describe('the event of a call that failed', () => {
  it('of EKS keeps the parameters and has the text in responseElements', async () => {
    const sandbox = await aCluster({
      switches: { deny: [{ actions: ['eks:DeletePodIdentityAssociation'] }] },
    });
    await refusalOf(sandbox.client.send(new DeletePodIdentityAssociationCommand(KEY)));
    const { detail } = onlyEvent(sandbox);
    expect(detail).toMatchObject({
      errorCode: 'AccessDenied',
      requestParameters: { name: 'c1', associationId: ID },
      responseElements: {
        message: `User: arn:aws:iam::111122223333:user/sandbox is not authorized to perform: eks:DeletePodIdentityAssociation on resource: ${ARN}`,
      },
    });
    expect(detail).not.toHaveProperty('errorMessage');
  });

  it('of EKS has the code of the refusal', async () => {
    const sandbox = await aCluster();
    const taken = { clusterName: 'c1', namespace: 'payments', serviceAccount: 'api', roleArn: ROLE };
    await refusalOf(sandbox.client.send(new CreatePodIdentityAssociationCommand(taken)));
    expect(onlyEvent(sandbox).detail).toMatchObject({
      errorCode: 'ResourceInUseException',
      responseElements: { clusterName: 'c1', message: `Association already exists: ${ID}` },
    });
  });

  it('of IAM has the exception’s name and an errorMessage', async () => {
    const sandbox = await aRunningSandbox();
    await refusalOf(sandbox.iam().send(new DeleteRoleCommand({ RoleName: 'nobody' })));
    expect(onlyEvent(sandbox).detail).toMatchObject({
      errorCode: 'NoSuchEntityException',
      errorMessage: 'The role with name nobody cannot be found.',
      requestParameters: { roleName: 'nobody' },
      responseElements: null,
    });
  });

  it('of IAM has no parameters when access was denied', async () => {
    const sandbox = await aRunningSandbox({ switches: { deny: [{ actions: ['iam:DeleteRole'] }] } });
    await refusalOf(sandbox.iam().send(new DeleteRoleCommand({ RoleName: 'r1' })));
    expect(onlyEvent(sandbox).detail).toMatchObject({
      errorCode: 'AccessDenied',
      errorMessage: expect.stringContaining('iam:DeleteRole'),
      requestParameters: null,
      responseElements: null,
    });
  });
});

describe('the trail', () => {
  it('records no reads', async () => {
    const sandbox = await aCluster();
    await sandbox.client.send(new DescribePodIdentityAssociationCommand(KEY));
    await sandbox.iam().send(new GetRoleCommand({ RoleName: 'r1' }));
    expect(sandbox.world.trail.events()).toEqual([]);
  });

  it('is read at the admin endpoint, from a number on, by name and by account', async () => {
    const sandbox = await aCluster();
    await sandbox.client.send(new TagResourceCommand({ resourceArn: ARN, tags: { a: 'b' } }));
    await sandbox.client.send(new UntagResourceCommand({ resourceArn: ARN, tagKeys: ['a'] }));
    await sandbox
      .iam({ accessKeyId: '444455556666' })
      .send(new CreateRoleCommand({ RoleName: 'r', AssumeRolePolicyDocument: PODS_TRUST }));
    const names = async (path: string) => {
      const { body } = await sandbox.admin('GET', path);
      const { events, oldest, latest } = body as {
        events: { sequence: number; event: TrailEvent }[];
        oldest: number;
        latest: number;
      };
      expect([oldest, latest]).toEqual([1, 3]);
      return events.map(({ sequence, event }) => `${sequence} ${event.detail.eventName}`);
    };
    expect(await names('events')).toEqual(['1 TagResource', '2 UntagResource', '3 CreateRole']);
    expect(await names('events?since=1')).toEqual(['2 UntagResource', '3 CreateRole']);
    expect(await names('events?eventName=TagResource')).toEqual(['1 TagResource']);
    expect(await names('events?account=444455556666')).toEqual(['3 CreateRole']);
    expect(await names('events?limit=1')).toEqual(['1 TagResource']);
  });

  it('tells subscribers until they have had enough', async () => {
    const sandbox = await aCluster();
    const seen: string[] = [];
    const stop = sandbox.world.trail.subscribe((event) => seen.push(event.detail.eventName));
    await sandbox.client.send(new TagResourceCommand({ resourceArn: ARN, tags: { a: 'b' } }));
    stop();
    await sandbox.client.send(new UntagResourceCommand({ resourceArn: ARN, tagKeys: ['a'] }));
    expect(seen).toEqual(['TagResource']);
  });

  it('keeps the newest and says what the oldest is', () => {
    const trail = new Trail(3);
    const event = (id: string) => ({ id, account: '1', detail: { eventName: 'x' } }) as unknown as TrailEvent;
    for (const id of ['a', 'b', 'c', 'd', 'e']) trail.append(event(id));
    expect(trail.events().map(({ sequence, event: { id } }) => `${sequence}${id}`)).toEqual([
      '3c',
      '4d',
      '5e',
    ]);
    expect([trail.oldestSequence(), trail.latestSequence()]).toEqual([3, 5]);
    trail.clear();
    trail.append(event('f'));
    expect(trail.events().map(({ sequence, event: { id } }) => `${sequence}${id}`)).toEqual(['6f']);
    expect(trail.oldestSequence()).toBe(6);
  });
});
