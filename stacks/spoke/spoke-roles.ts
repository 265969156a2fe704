import { INSTALLATION_TAG, MAPPING_TAG } from '#shared/domain/ownership.ts';
import { physicalName, spokeRoleName, TRUSTED_BY_SPOKES } from '#shared/runtime/names.ts';
import {
  ACCOUNT,
  allow,
  HUB_ACCOUNT,
  HUB_REGION,
  INSTALLATION,
  PARTITION,
  policyDocument,
  sub,
  type TemplateResource,
  variable,
} from './template-parts.ts';

const CLUSTERS = sub(`arn:${PARTITION}:eks:*:${ACCOUNT}:cluster/*`);
const ADDONS = sub(`arn:${PARTITION}:eks:*:${ACCOUNT}:addon/*/*/*`);
const ASSOCIATIONS = sub(`arn:${PARTITION}:eks:*:${ACCOUNT}:podidentityassociation/*/*`);

/**
 * The roles that the hub takes on: `read` sees, `write` changes associations that bear our tag and hands roles of the given patterns
 * to pods. None of them writes IAM.
 */
export const ROLES: Readonly<Record<string, TemplateResource>> = {
  ReadRole: {
    Type: 'AWS::IAM::Role',
    Condition: 'IsHomeRegion',
    Properties: {
      RoleName: sub(spokeRoleName(INSTALLATION, 'read')),
      Description: 'Rolecall reads EKS clusters, associations and the roles they name',
      AssumeRolePolicyDocument: trustHub(TRUSTED_BY_SPOKES.read),
      Policies: [{ PolicyName: 'read', PolicyDocument: policyDocument(...reads()) }],
    },
  },
  WriteRole: {
    Type: 'AWS::IAM::Role',
    Condition: 'IsHomeRegion',
    Properties: {
      RoleName: sub(spokeRoleName(INSTALLATION, 'write')),
      Description: 'Rolecall changes the pod identity associations that bear its tag',
      AssumeRolePolicyDocument: trustHub(TRUSTED_BY_SPOKES.write),
      Policies: [{ PolicyName: 'write', PolicyDocument: policyDocument(...writes()) }],
    },
  },
  EventsRole: {
    Type: 'AWS::IAM::Role',
    Condition: 'IsHomeRegion',
    Properties: {
      RoleName: sub(spokeRoleName(INSTALLATION, 'events')),
      Description: 'EventBridge passes events of EKS and IAM on to the hub of Rolecall',
      AssumeRolePolicyDocument: policyDocument({
        Effect: 'Allow',
        Principal: { Service: 'events.amazonaws.com' },
        Action: 'sts:AssumeRole',
        Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
      }),
      Policies: [
        {
          PolicyName: 'forward',
          PolicyDocument: policyDocument(allow('Forward', ['events:PutEvents'], hubBusArn())),
        },
      ],
    },
  },
};

/** The hub's inbound bus. */
export function hubBusArn() {
  const bus = physicalName(INSTALLATION, 'inbound');
  return sub(`arn:${PARTITION}:events:${HUB_REGION}:${HUB_ACCOUNT}:event-bus/${bus}`);
}

/**
 * The hub account, narrowed to the roles of the named functions. The root with a condition, and not the roles themselves: a role
 * named as principal is stored by its unique id, and would lock the hub out when it is made anew (facts §4.3).
 */
function trustHub(functions: readonly string[]) {
  return policyDocument({
    Effect: 'Allow',
    Principal: { AWS: sub(`arn:${PARTITION}:iam::${HUB_ACCOUNT}:root`) },
    Action: 'sts:AssumeRole',
    Condition: {
      ArnEquals: {
        'aws:PrincipalArn': functions.map((name) =>
          sub(`arn:${PARTITION}:iam::${HUB_ACCOUNT}:role/${physicalName(INSTALLATION, name)}`),
        ),
      },
      StringEquals: { 'sts:ExternalId': { Ref: 'ExternalId' } },
    },
  });
}

function reads() {
  return [
    // ListClusters knows no narrower resource.
    allow('ListClusters', ['eks:ListClusters'], '*'),
    allow('ReadClusters', ['eks:DescribeCluster', 'eks:ListPodIdentityAssociations'], CLUSTERS),
    allow('ReadAddons', ['eks:DescribeAddon'], ADDONS),
    allow('ReadAssociations', ['eks:DescribePodIdentityAssociation'], ASSOCIATIONS),
    allow('ReadRoles', ['iam:GetRole'], sub(`arn:${PARTITION}:iam::${ACCOUNT}:role/*`)),
  ];
}

/**
 * Creates only what bears our tag from its first moment; updates and deletes only what bears it; puts it on what an approved revision
 * takes over; never takes it off.
 */
function writes() {
  const ours = { StringEquals: { [`aws:ResourceTag/${INSTALLATION_TAG}`]: { Ref: 'Installation' } } };
  const claims = { StringEquals: { [`aws:RequestTag/${INSTALLATION_TAG}`]: { Ref: 'Installation' } } };
  return [
    allow('CreateOurs', ['eks:CreatePodIdentityAssociation'], CLUSTERS, claims),
    allow('ClaimByTag', ['eks:TagResource'], ASSOCIATIONS, claims),
    allow('TagOurs', ['eks:TagResource'], ASSOCIATIONS, {
      ...ours,
      'ForAllValues:StringNotEquals': { 'aws:TagKeys': [INSTALLATION_TAG] },
    }),
    allow('UntagOurs', ['eks:UntagResource'], ASSOCIATIONS, {
      ...ours,
      'ForAllValues:StringNotEquals': { 'aws:TagKeys': [INSTALLATION_TAG, MAPPING_TAG] },
    }),
    allow(
      'ChangeOurs',
      ['eks:UpdatePodIdentityAssociation', 'eks:DeletePodIdentityAssociation'],
      ASSOCIATIONS,
      ours,
    ),
    // EKS answers a write with the association, which its own handlers read as well (facts §4.5).
    allow('ReadAssociations', ['eks:DescribePodIdentityAssociation'], ASSOCIATIONS),
    allow('HandRolesToPods', ['iam:PassRole'], passableRoles(), {
      StringEquals: { 'iam:PassedToService': 'pods.eks.amazonaws.com' },
    }),
    allow('SeeThoseRoles', ['iam:GetRole'], passableRoles()),
  ];
}

/**
 * `a/*,b-*` becomes the list of ARNs: CloudFormation can join and split, but not map. What it joins by has to be a literal, so that
 * all but the first name partition and account by `*`; a role's policy can pass and read roles of its own account only.
 */
function passableRoles() {
  const rest = variable('Rest');
  return {
    'Fn::Split': [
      ',',
      {
        'Fn::Sub': [
          `arn:${PARTITION}:iam::${ACCOUNT}:role/${rest}`,
          {
            Rest: {
              'Fn::Join': [',arn:*:iam::*:role/', { 'Fn::Split': [',', { Ref: 'PassableRoles' }] }],
            },
          },
        ],
      },
    ],
  };
}
