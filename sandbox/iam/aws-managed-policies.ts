import type { ManagedPolicy } from './managed-policy.ts';
import { uniqueId } from './unique-id.ts';

/**
 * The AWS managed policies that examples attach to roles. They say what AWS's say as far as a permission check of the
 * sandbox can tell; AWS adds actions to them every few months. Those marked abridged leave services out.
 */
interface Statement {
  readonly Sid?: string;
  readonly Effect: 'Allow';
  readonly Action?: readonly string[];
  readonly NotAction?: readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

interface Source {
  readonly path?: string;
  readonly description: string;
  readonly statements: readonly Statement[];
}

/** When AWS made the first of these: of no consequence, but a date is asked for. */
const CREATED = Date.UTC(2015, 1, 6, 18, 40, 0);

const allow = (...actions: readonly string[]): Statement => ({
  Effect: 'Allow',
  Action: actions,
  Resource: '*',
});

/** Every action of the services. */
const everyActionOf = (...services: readonly string[]): Statement =>
  allow(...services.map((service) => `${service}:*`));

/** The reading actions of a service, by the words that AWS begins them with. */
const reading = (service: string): readonly string[] =>
  ['Get', 'List', 'Describe'].map((verb) => `${service}:${verb}*`);

const ALARMS = [
  'cloudwatch:DescribeAlarmHistory',
  'cloudwatch:DescribeAlarms',
  'cloudwatch:DescribeAlarmsForMetric',
  'cloudwatch:GetMetricStatistics',
  'cloudwatch:ListMetrics',
  'cloudwatch:GetMetricData',
];

const ebsTagged = (key: string, value: string) => ({ StringLike: { [`ec2:ResourceTag/${key}`]: value } });
const VOLUMES = 'arn:aws:ec2:*:*:volume/*';
const SNAPSHOTS = 'arn:aws:ec2:*:*:snapshot/*';

const SOURCES: Readonly<Record<string, Source>> = {
  AdministratorAccess: {
    description: 'Provides full access to AWS services and resources.',
    statements: [allow('*')],
  },
  PowerUserAccess: {
    description:
      'Provides full access to AWS services and resources, but does not allow management of users and groups.',
    statements: [
      { Effect: 'Allow', NotAction: ['iam:*', 'organizations:*', 'account:*'], Resource: '*' },
      allow(
        'account:GetAccountInformation',
        'account:GetGovCloudAccountInformation',
        'account:GetPrimaryEmail',
        'account:ListRegions',
        'iam:CreateServiceLinkedRole',
        'iam:DeleteServiceLinkedRole',
        'iam:ListRoles',
        'organizations:DescribeEffectivePolicy',
        'organizations:DescribeOrganization',
      ),
    ],
  },
  IAMFullAccess: {
    description: 'Provides full access to IAM via the AWS Management Console.',
    statements: [
      allow(
        'iam:*',
        'organizations:DescribeAccount',
        'organizations:DescribeOrganization',
        'organizations:DescribeOrganizationalUnit',
        'organizations:DescribePolicy',
        'organizations:ListChildren',
        'organizations:ListParents',
        'organizations:ListPoliciesForTarget',
        'organizations:ListRoots',
        'organizations:ListPolicies',
        'organizations:ListTargetsForPolicy',
      ),
    ],
  },
  // Abridged: AWS's names every service; these are the ones that the examples touch.
  ReadOnlyAccess: {
    description: 'Provides read-only access to AWS services and resources.',
    statements: [
      allow(
        ...[
          'cloudformation',
          'cloudwatch',
          'dynamodb',
          'ec2',
          'ecr',
          'eks',
          'elasticfilesystem',
          'iam',
        ].flatMap(reading),
        ...['kinesis', 'kms', 'lambda', 'logs', 'rds', 's3', 'sns', 'sqs', 'ssm', 'states'].flatMap(reading),
        'dynamodb:BatchGetItem',
        'dynamodb:Query',
        'dynamodb:Scan',
        'iam:Generate*',
        'iam:Simulate*',
        'sqs:ReceiveMessage',
        'sts:GetAccessKeyInfo',
        'sts:GetCallerIdentity',
        'sts:GetSessionToken',
        'tag:Get*',
      ),
    ],
  },
  AmazonS3ReadOnlyAccess: {
    description: 'Provides read only access to all buckets via the AWS Management Console.',
    statements: [
      allow('s3:Get*', 's3:List*', 's3:Describe*', 's3-object-lambda:Get*', 's3-object-lambda:List*'),
    ],
  },
  AmazonS3FullAccess: {
    description: 'Provides full access to all buckets via the AWS Management Console.',
    statements: [everyActionOf('s3', 's3-object-lambda')],
  },
  AmazonDynamoDBReadOnlyAccess: {
    description: 'Provides read only access to Amazon DynamoDB via the AWS Management Console.',
    statements: [
      allow(
        'application-autoscaling:DescribeScalableTargets',
        'application-autoscaling:DescribeScalingActivities',
        'application-autoscaling:DescribeScalingPolicies',
        ...ALARMS,
        'dax:Describe*',
        'dax:List*',
        'dax:GetItem',
        'dax:BatchGetItem',
        'dax:Query',
        'dax:Scan',
        'dynamodb:BatchGetItem',
        'dynamodb:Describe*',
        'dynamodb:List*',
        'dynamodb:GetAbacStatus',
        'dynamodb:GetItem',
        'dynamodb:GetResourcePolicy',
        'dynamodb:Query',
        'dynamodb:Scan',
        'dynamodb:PartiQLSelect',
        'ec2:DescribeVpcs',
        'ec2:DescribeSubnets',
        'ec2:DescribeSecurityGroups',
        'iam:GetRole',
        'iam:ListRoles',
        'kms:DescribeKey',
        'kms:ListAliases',
        'sns:ListSubscriptionsByTopic',
        'sns:ListTopics',
        'lambda:ListFunctions',
        'lambda:ListEventSourceMappings',
        'lambda:GetFunctionConfiguration',
        'resource-groups:ListGroups',
        'resource-groups:ListGroupResources',
        'resource-groups:GetGroup',
        'resource-groups:GetGroupQuery',
        'tag:GetResources',
        'kinesis:ListStreams',
        'kinesis:DescribeStream',
        'kinesis:DescribeStreamSummary',
      ),
    ],
  },
  AmazonSQSFullAccess: {
    description: 'Provides full access to Amazon SQS via the AWS Management Console.',
    statements: [everyActionOf('sqs')],
  },
  AmazonSQSReadOnlyAccess: {
    description: 'Provides read only access to Amazon SQS via the AWS Management Console.',
    statements: [
      allow(
        'sqs:GetQueueAttributes',
        'sqs:GetQueueUrl',
        'sqs:ListDeadLetterSourceQueues',
        'sqs:ListQueues',
        'sqs:ListMessageMoveTasks',
        'sqs:ListQueueTags',
      ),
    ],
  },
  CloudWatchAgentServerPolicy: {
    description: 'Permissions required to use AmazonCloudWatchAgent on servers',
    statements: [
      allow(
        'cloudwatch:PutMetricData',
        'ec2:DescribeVolumes',
        'ec2:DescribeTags',
        'logs:PutLogEvents',
        'logs:PutRetentionPolicy',
        'logs:DescribeLogStreams',
        'logs:DescribeLogGroups',
        'logs:CreateLogStream',
        'logs:CreateLogGroup',
        'xray:PutTraceSegments',
        'xray:PutTelemetryRecords',
        'xray:GetSamplingRules',
        'xray:GetSamplingTargets',
        'xray:GetSamplingStatisticSummaries',
      ),
      {
        Effect: 'Allow',
        Action: ['ssm:GetParameter'],
        Resource: 'arn:aws:ssm:*:*:parameter/AmazonCloudWatch-*',
      },
    ],
  },
  AWSXRayDaemonWriteAccess: {
    description: 'Allow the AWS X-Ray Daemon to relay raw trace segments data to the service API.',
    statements: [
      allow(
        'xray:PutTraceSegments',
        'xray:PutTelemetryRecords',
        'xray:GetSamplingRules',
        'xray:GetSamplingTargets',
        'xray:GetSamplingStatisticSummaries',
      ),
    ],
  },
  AWSLambdaBasicExecutionRole: {
    path: '/service-role/',
    description: 'Provides write permissions to CloudWatch Logs.',
    statements: [allow('logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents')],
  },
  AmazonPrometheusRemoteWriteAccess: {
    description: 'Grants write only access to AWS Managed Prometheus workspaces',
    statements: [allow('aps:RemoteWrite')],
  },
  AmazonEC2ContainerRegistryReadOnly: {
    description: 'Provides read-only access to Amazon EC2 Container Registry repositories.',
    statements: [
      allow(
        'ecr:GetAuthorizationToken',
        'ecr:BatchCheckLayerAvailability',
        'ecr:GetDownloadUrlForLayer',
        'ecr:GetRepositoryPolicy',
        'ecr:DescribeRepositories',
        'ecr:ListImages',
        'ecr:DescribeImages',
        'ecr:BatchGetImage',
        'ecr:GetLifecyclePolicy',
        'ecr:GetLifecyclePolicyPreview',
        'ecr:ListTagsForResource',
        'ecr:DescribeImageScanFindings',
      ),
    ],
  },
  AmazonEKSWorkerNodePolicy: {
    description: 'This policy allows Amazon EKS worker nodes to connect to Amazon EKS Clusters.',
    statements: [
      {
        Sid: 'WorkerNodePermissions',
        ...allow(
          'ec2:DescribeInstances',
          'ec2:DescribeInstanceTypes',
          'ec2:DescribeRouteTables',
          'ec2:DescribeSecurityGroups',
          'ec2:DescribeSubnets',
          'ec2:DescribeVolumes',
          'ec2:DescribeVolumesModifications',
          'ec2:DescribeVpcs',
          'eks:DescribeCluster',
          'eks-auth:AssumeRoleForPodIdentity',
        ),
      },
    ],
  },
  AmazonEKSClusterPolicy: {
    description:
      'This policy provides Kubernetes the permissions it requires to manage resources on your behalf.',
    statements: [
      allow(
        'autoscaling:DescribeAutoScalingGroups',
        'autoscaling:UpdateAutoScalingGroup',
        'ec2:AttachVolume',
        'ec2:AuthorizeSecurityGroupIngress',
        'ec2:CreateRoute',
        'ec2:CreateSecurityGroup',
        'ec2:CreateTags',
        'ec2:CreateVolume',
        'ec2:DeleteRoute',
        'ec2:DeleteSecurityGroup',
        'ec2:DeleteVolume',
        'ec2:Describe*',
        'ec2:DetachVolume',
        'ec2:ModifyInstanceAttribute',
        'ec2:ModifyVolume',
        'ec2:RevokeSecurityGroupIngress',
        'elasticloadbalancing:*',
        'kms:DescribeKey',
      ),
      {
        Effect: 'Allow',
        Action: ['iam:CreateServiceLinkedRole'],
        Resource: '*',
        Condition: { StringEquals: { 'iam:AWSServiceName': 'elasticloadbalancing.amazonaws.com' } },
      },
    ],
  },
  AmazonEKS_CNI_Policy: {
    description:
      'Provides the Amazon VPC CNI Plugin the permissions it requires to modify the IP address configuration.',
    statements: [
      allow(
        'ec2:AssignPrivateIpAddresses',
        'ec2:AttachNetworkInterface',
        'ec2:CreateNetworkInterface',
        'ec2:DeleteNetworkInterface',
        'ec2:DescribeInstances',
        'ec2:DescribeTags',
        'ec2:DescribeNetworkInterfaces',
        'ec2:DescribeInstanceTypes',
        'ec2:DescribeSubnets',
        'ec2:DetachNetworkInterface',
        'ec2:ModifyNetworkInterfaceAttribute',
        'ec2:UnassignPrivateIpAddresses',
      ),
      { Effect: 'Allow', Action: ['ec2:CreateTags'], Resource: 'arn:aws:ec2:*:*:network-interface/*' },
    ],
  },
  AmazonEBSCSIDriverPolicy: {
    path: '/service-role/',
    description:
      'IAM Policy that allows the CSI driver service account to make calls to related services such as EC2 on your behalf.',
    statements: [
      allow(
        'ec2:DescribeAvailabilityZones',
        'ec2:DescribeInstances',
        'ec2:DescribeInstanceTypes',
        'ec2:DescribeSnapshots',
        'ec2:DescribeTags',
        'ec2:DescribeVolumes',
        'ec2:DescribeVolumesModifications',
        'ec2:DescribeVolumeStatus',
      ),
      { Effect: 'Allow', Action: ['ec2:CreateSnapshot', 'ec2:ModifyVolume'], Resource: VOLUMES },
      {
        Effect: 'Allow',
        Action: ['ec2:AttachVolume', 'ec2:DetachVolume'],
        Resource: [VOLUMES, 'arn:aws:ec2:*:*:instance/*'],
      },
      {
        Effect: 'Allow',
        Action: ['ec2:CreateTags'],
        Resource: [VOLUMES, SNAPSHOTS],
        Condition: { StringEquals: { 'ec2:CreateAction': ['CreateVolume', 'CreateSnapshot'] } },
      },
      {
        Effect: 'Allow',
        Action: ['ec2:CreateVolume'],
        Resource: VOLUMES,
        Condition: { StringLike: { 'aws:RequestTag/ebs.csi.aws.com/cluster': 'true' } },
      },
      {
        Effect: 'Allow',
        Action: ['ec2:DeleteVolume'],
        Resource: VOLUMES,
        Condition: ebsTagged('ebs.csi.aws.com/cluster', 'true'),
      },
      {
        Effect: 'Allow',
        Action: ['ec2:CreateSnapshot'],
        Resource: SNAPSHOTS,
        Condition: { StringLike: { 'aws:RequestTag/ebs.csi.aws.com/cluster': 'true' } },
      },
      {
        Effect: 'Allow',
        Action: ['ec2:DeleteSnapshot'],
        Resource: SNAPSHOTS,
        Condition: ebsTagged('ebs.csi.aws.com/cluster', 'true'),
      },
    ],
  },
  AmazonEFSCSIDriverPolicy: {
    path: '/service-role/',
    description: 'Provides management access to EFS resources and read access to EC2',
    statements: [
      allow(
        'elasticfilesystem:DescribeAccessPoints',
        'elasticfilesystem:DescribeFileSystems',
        'elasticfilesystem:DescribeMountTargets',
        'ec2:DescribeAvailabilityZones',
      ),
      {
        Effect: 'Allow',
        Action: ['elasticfilesystem:CreateAccessPoint', 'elasticfilesystem:TagResource'],
        Resource: '*',
        Condition: { StringLike: { 'aws:RequestTag/efs.csi.aws.com/cluster': 'true' } },
      },
      {
        Effect: 'Allow',
        Action: ['elasticfilesystem:DeleteAccessPoint'],
        Resource: '*',
        Condition: { StringEquals: { 'aws:ResourceTag/efs.csi.aws.com/cluster': 'true' } },
      },
    ],
  },
};

const made = new Map<string, ManagedPolicy>();

/** AWS's managed policy of this ARN, in any partition; `undefined` when the sandbox does not know it. */
export function awsManagedPolicy(arn: string): ManagedPolicy | undefined {
  const known = made.get(arn);
  if (known) return known;
  const match = /^arn:(aws[a-z-]*):iam::aws:policy\/(?:.*\/)?([^/]+)$/.exec(arn);
  const policyName = match?.[2];
  const source = policyName === undefined ? undefined : SOURCES[policyName];
  if (!source || policyName === undefined) return undefined;
  const policy = policyFrom(policyName, source, match?.[1] ?? 'aws');
  if (policy.arn !== arn) return undefined;
  made.set(arn, policy);
  return policy;
}

/** All of AWS's managed policies that the sandbox knows. */
export function awsManagedPolicies(partition: string): readonly ManagedPolicy[] {
  return Object.entries(SOURCES).map(([policyName, source]) => policyFrom(policyName, source, partition));
}

function policyFrom(policyName: string, source: Source, partition: string): ManagedPolicy {
  const path = source.path ?? '/';
  const document = JSON.stringify({ Version: '2012-10-17', Statement: source.statements });
  return {
    policyName,
    policyId: uniqueId('ANPA', `aws ${policyName}`),
    path,
    arn: `arn:${partition}:iam::aws:policy${path}${policyName}`,
    description: source.description,
    createDate: CREATED,
    updateDate: CREATED,
    tags: {},
    versions: [
      {
        versionId: 'v1',
        document: document.replaceAll('arn:aws:', `arn:${partition}:`),
        createDate: CREATED,
      },
    ],
    defaultVersionId: 'v1',
    nextVersion: 2,
  };
}
