import type { JsonObject } from './read/json.ts';

/** What a sample says beyond what all samples have in common. */
interface SampleOf {
  readonly request: JsonObject | null;
  readonly response: JsonObject | null;
}

export const SAMPLE_ACCOUNT = '111122223333';

/** An EKS record as CloudTrail would deliver it: the skeleton of facts §5.2, in the envelope of §6.1. */
export function eksSample(eventName: string, { request, response }: SampleOf): JsonObject {
  return sample('eks', 'eu-west-1', eventName, request, response);
}

/** An IAM record: it belongs to us-east-1, whatever the caller's region (facts §6.3). */
export function iamSample(eventName: string, { request, response }: SampleOf): JsonObject {
  return sample('iam', 'us-east-1', eventName, request, response);
}

function sample(
  service: 'eks' | 'iam',
  region: string,
  eventName: string,
  requestParameters: JsonObject | null,
  responseElements: JsonObject | null,
): JsonObject {
  return {
    version: '0',
    id: '5f3f1d0e-7c1b-4b0a-9f57-0d7c3a0b9c11',
    'detail-type': 'AWS API Call via CloudTrail',
    source: `aws.${service}`,
    account: SAMPLE_ACCOUNT,
    time: '2026-11-20T10:00:00Z',
    region,
    resources: [],
    detail: {
      eventVersion: '1.11',
      userIdentity: {
        type: 'AssumedRole',
        principalId: 'AROAEXAMPLEEXAMPLE234:alice',
        arn: `arn:aws:sts::${SAMPLE_ACCOUNT}:assumed-role/Admin/alice`,
        accountId: SAMPLE_ACCOUNT,
        accessKeyId: 'ASIAEXAMPLEEXAMPLE23',
        sessionContext: {
          sessionIssuer: {
            type: 'Role',
            principalId: 'AROAEXAMPLEEXAMPLE234',
            arn: `arn:aws:iam::${SAMPLE_ACCOUNT}:role/ops/Admin`,
            accountId: SAMPLE_ACCOUNT,
            userName: 'Admin',
          },
          webIdFederationData: {},
          attributes: { creationDate: '2026-11-20T09:30:00Z', mfaAuthenticated: 'false' },
        },
      },
      eventTime: '2026-11-20T10:00:00Z',
      eventSource: `${service}.amazonaws.com`,
      eventName,
      awsRegion: region,
      sourceIPAddress: '203.0.113.7',
      userAgent: 'aws-cli/2.31.3 md/awscrt#0.28.2 ua/2.1 os/linux md/command#eks',
      requestParameters,
      responseElements,
      requestID: '8d0f2c9b-2a56-4a9f-8f6c-64f0e5f7d1a2',
      eventID: 'c1b6a0de-3a65-4f0c-8f5d-0f5d9b7f2e10',
      readOnly: false,
      eventType: 'AwsApiCall',
      managementEvent: true,
      recipientAccountId: SAMPLE_ACCOUNT,
      eventCategory: 'Management',
      tlsDetails: {
        tlsVersion: 'TLSv1.3',
        cipherSuite: 'TLS_AES_128_GCM_SHA256',
        clientProvidedHostHeader: service === 'iam' ? 'iam.amazonaws.com' : `eks.${region}.amazonaws.com`,
      },
    },
  };
}

/** The association that the samples are about, as EKS answers it. */
export const SAMPLE_ASSOCIATION = {
  clusterName: 'c1',
  namespace: 'payments',
  serviceAccount: 'api',
  roleArn: `arn:aws:iam::${SAMPLE_ACCOUNT}:role/payments-api`,
  associationArn: `arn:aws:eks:eu-west-1:${SAMPLE_ACCOUNT}:podidentityassociation/c1/a-0123456789abcdefg`,
  associationId: 'a-0123456789abcdefg',
  tags: {},
  createdAt: 1795168800.123,
  modifiedAt: 1795168800.123,
  disableSessionTags: false,
} as const;

/** The cluster that the samples are about, as EKS answers it. */
export const SAMPLE_CLUSTER = {
  name: 'c1',
  arn: `arn:aws:eks:eu-west-1:${SAMPLE_ACCOUNT}:cluster/c1`,
  createdAt: 1795168800.123,
  version: '1.34',
  roleArn: `arn:aws:iam::${SAMPLE_ACCOUNT}:role/eks-cluster`,
  platformVersion: 'eks.4',
  tags: {},
} as const;

/** An add-on of that cluster, as EKS answers it. */
export const SAMPLE_ADDON = {
  addonName: 'aws-ebs-csi-driver',
  clusterName: 'c1',
  addonVersion: 'v1.50.1-eksbuild.1',
  health: { issues: [] },
  addonArn: `arn:aws:eks:eu-west-1:${SAMPLE_ACCOUNT}:addon/c1/aws-ebs-csi-driver/1ec8a1b2-0c3d-4e5f-8a9b-0c1d2e3f4a5b`,
  createdAt: 1795168800.123,
  modifiedAt: 1795168800.123,
  tags: {},
} as const;
