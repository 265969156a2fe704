import { ALARMS } from './spoke-alarms.ts';
import { ROLES } from './spoke-roles.ts';
import { RULES } from './spoke-rules.ts';
import type { Template } from './template-parts.ts';

const region = { Ref: 'AWS::Region' };

/** Where each partition's IAM events appear (facts §6.3). A region exists in one partition only, so any of them will do. */
const IAM_REGIONS = ['us-east-1', 'us-gov-west-1', 'cn-north-1', 'eusc-de-east-1'];

/** One literal character before any wildcard, so that nobody passes every role by mistake. */
const ROLE_PATTERNS = '^[\\w+=@.-][\\w+=@./*-]*(,[\\w+=@.-][\\w+=@./*-]*)*$';

/**
 * What an account needs to be looked after, as one CloudFormation template for a stack in each region, or a StackSet over many
 * accounts: roles once an account (home region), rules once a region, the rule on IAM's events where IAM's events are. In the hub
 * account it makes the roles only: the hub has rules of its own.
 */
export const SPOKE_TEMPLATE: Template = {
  AWSTemplateFormatVersion: '2010-09-09',
  Description: 'Rolecall: an account whose EKS pod identity associations it looks after',
  Parameters: {
    HubAccount: { Type: 'String', AllowedPattern: '^\\d{12}$', Description: 'Account that runs Rolecall' },
    HubRegion: { Type: 'String', Default: 'eu-west-1', Description: "The hub's home region" },
    Installation: {
      Type: 'String',
      Default: 'production',
      AllowedPattern: '^[a-z][a-z0-9-]{0,29}$',
      Description: 'Stage under which the hub is deployed',
    },
    ExternalId: {
      Type: 'String',
      Default: 'rolecall-production',
      MinLength: 2,
      Description: 'As in the hub: rolecall- and the installation',
    },
    HomeRegion: {
      Type: 'String',
      Default: 'eu-west-1',
      Description: 'The one region of this account in which the roles are made',
    },
    AlarmEmail: {
      Type: 'String',
      Default: '',
      Description:
        'Told when events do not reach the hub: one mail to confirm for each account and region. Empty: whoever subscribes to the topic rolecall-INSTALLATION-alarms',
    },
    PassableRoles: {
      Type: 'String',
      AllowedPattern: ROLE_PATTERNS,
      Description:
        'Roles that may be bound to service accounts: names or paths after "role/", comma separated, * allowed after the first character, for example workloads/*,payments-*',
    },
  },
  Conditions: {
    IsHomeRegion: { 'Fn::Equals': [region, { Ref: 'HomeRegion' }] },
    IsSpoke: { 'Fn::Not': [{ 'Fn::Equals': [{ Ref: 'AWS::AccountId' }, { Ref: 'HubAccount' }] }] },
    IsWhereIamIs: { 'Fn::Or': IAM_REGIONS.map((one) => ({ 'Fn::Equals': [region, one] })) },
    TellsByMail: {
      'Fn::And': [{ Condition: 'IsSpoke' }, { 'Fn::Not': [{ 'Fn::Equals': [{ Ref: 'AlarmEmail' }, ''] }] }],
    },
    IsSpokeWhereIamIs: { 'Fn::And': [{ Condition: 'IsSpoke' }, { Condition: 'IsWhereIamIs' }] },
  },
  Resources: { ...ROLES, ...RULES, ...ALARMS },
  Outputs: {
    ReadRoleArn: { Condition: 'IsHomeRegion', Value: { 'Fn::GetAtt': ['ReadRole', 'Arn'] } },
    WriteRoleArn: { Condition: 'IsHomeRegion', Value: { 'Fn::GetAtt': ['WriteRole', 'Arn'] } },
  },
};
