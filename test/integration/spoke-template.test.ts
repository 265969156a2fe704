import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod';
import { FUNCTIONS, TRUSTED_BY_SPOKES } from '#shared/runtime/names.ts';
import { SPOKE_TEMPLATE } from '#stacks/spoke/spoke-template.ts';
import { spokeTemplateText, writtenSpokeTemplate } from '#stacks/spoke/write-spoke-template.ts';
import { actionProblem } from '#test/graph/check-actions.ts';

/** The shape of a CloudFormation template, as far as ours goes: no member that CloudFormation does not know. */
const TemplateShape = z.strictObject({
  AWSTemplateFormatVersion: z.literal('2010-09-09'),
  Description: z.string().max(1024),
  Parameters: z.record(
    z.string().regex(/^[A-Za-z0-9]+$/),
    z.strictObject({
      Type: z.enum(['String', 'Number', 'CommaDelimitedList']),
      Default: z.string().optional(),
      Description: z.string().max(4000),
      AllowedPattern: z.string().optional(),
      MinLength: z.number().optional(),
    }),
  ),
  Conditions: z.record(z.string(), z.record(z.string(), z.array(z.unknown()))),
  Resources: z.record(
    z.string().regex(/^[A-Za-z0-9]+$/),
    z.strictObject({
      Type: z.enum([
        'AWS::CloudWatch::Alarm',
        'AWS::Events::Rule',
        'AWS::IAM::Role',
        'AWS::SNS::Subscription',
        'AWS::SNS::Topic',
        'AWS::SQS::Queue',
        'AWS::SQS::QueuePolicy',
      ]),
      Condition: z.string(),
      Properties: z.record(z.string(), z.unknown()),
    }),
  ),
  Outputs: z.record(z.string(), z.strictObject({ Condition: z.string(), Value: z.unknown() })),
});

const template = TemplateShape.parse(parse(writtenSpokeTemplate(), { version: '1.1' }));

/** Every value under a key, wherever it is. */
function valuesOf(key: string, within: unknown): unknown[] {
  if (Array.isArray(within)) return within.flatMap((item) => valuesOf(key, item));
  if (within === null || typeof within !== 'object') return [];
  return Object.entries(within).flatMap(([name, value]) => [
    ...(name === key ? [value] : []),
    ...valuesOf(key, value),
  ]);
}

const statements = (resource: string) =>
  valuesOf('Statement', template.Resources[resource]).flat() as Statement[];
interface Statement {
  readonly Sid?: string;
  readonly Action: string | readonly string[];
  readonly Resource?: unknown;
  readonly Condition?: unknown;
}

describe('stacks/spoke.yaml', () => {
  it('is what its source says (npm run spoke writes it)', () => {
    expect(writtenSpokeTemplate()).toBe(spokeTemplateText());
    expect(template).toEqual(SPOKE_TEMPLATE);
  });

  it('refers only to what it has', () => {
    const known = [
      ...Object.keys(template.Parameters),
      ...Object.keys(template.Resources),
      ...['AWS::Partition', 'AWS::AccountId', 'AWS::Region'],
    ];
    const subs = valuesOf('Fn::Sub', template).flatMap((sub) => {
      const [text, own = {}] = Array.isArray(sub) ? sub : [sub];
      const names = [...String(text).matchAll(/\$\{([^}]+)\}/g)].map(([, name]) => name);
      return names.filter((name) => name !== undefined && !(name in (own as object)));
    });
    const got = valuesOf('Fn::GetAtt', template).map((path) => (path as readonly string[])[0]);
    const referred = [...valuesOf('Ref', template), ...subs, ...got];
    expect(referred.filter((name) => !known.includes(String(name)))).toEqual([]);
    const conditions = valuesOf('Condition', { ...template, Resources: Object.values(template.Resources) });
    const named = conditions.filter((condition) => typeof condition === 'string');
    expect(named.filter((name) => !(name in template.Conditions))).toEqual([]);
    expect(named.length).toBeGreaterThan(8);
  });

  it('joins and splits by literals, the only thing that CloudFormation takes there', () => {
    const delimiters = ['Fn::Join', 'Fn::Split'].flatMap((name) =>
      valuesOf(name, template).map((argument) => (argument as readonly unknown[])[0]),
    );
    expect(delimiters.filter((delimiter) => typeof delimiter !== 'string')).toEqual([]);
    expect(delimiters.length).toBeGreaterThan(3);
  });

  it('makes the role of its rules before them, where it makes it', () => {
    expect(valuesOf('RoleArn', template)).toEqual(
      Array(3).fill({
        'Fn::If': [
          'IsHomeRegion',
          { 'Fn::GetAtt': ['EventsRole', 'Arn'] },
          { 'Fn::Sub': expect.stringMatching(/:role\/rolecall-\$\{Installation\}-spoke-events$/) },
        ],
      }),
    );
  });

  it('makes roles once an account, rules and their alarm once a region, and the rule on IAM where IAM is', () => {
    expect(Object.entries(template.Resources).map(([name, { Condition }]) => [name, Condition])).toEqual([
      ['ReadRole', 'IsHomeRegion'],
      ['WriteRole', 'IsHomeRegion'],
      ['EventsRole', 'IsHomeRegion'],
      ['EksCallsRule', 'IsSpoke'],
      ['EksAddonsRule', 'IsSpoke'],
      ['IamCallsRule', 'IsSpokeWhereIamIs'],
      ['Undelivered', 'IsSpoke'],
      ['UndeliveredPolicy', 'IsSpoke'],
      ['Alarms', 'IsSpoke'],
      ['AlarmMail', 'TellsByMail'],
      ['UndeliveredAlarm', 'IsSpoke'],
    ]);
  });

  it('allows only actions that exist, everywhere only what knows no narrower resource', async () => {
    const problems = [];
    for (const role of ['ReadRole', 'WriteRole', 'EventsRole']) {
      for (const { Action, Resource } of statements(role)) {
        for (const action of [Action].flat()) problems.push(await actionProblem(action, Resource === '*'));
      }
    }
    expect(problems.filter((problem) => problem !== undefined)).toEqual([]);
    expect(problems.length).toBeGreaterThan(15);
  });

  it('writes no IAM', () => {
    const iam = Object.keys(template.Resources)
      .flatMap(statements)
      .flatMap(({ Action }) => [Action].flat())
      .filter((action) => action.startsWith('iam:'));
    expect([...new Set(iam)].toSorted()).toEqual(['iam:GetRole', 'iam:PassRole']);
  });

  it('changes only associations that bear our tag, and hands roles to pods only', () => {
    const conditions = Object.fromEntries(
      statements('WriteRole').flatMap(({ Sid, Condition }) => (Sid === undefined ? [] : [[Sid, Condition]])),
    );
    const installation = { Ref: 'Installation' };
    expect(conditions).toEqual({
      CreateOurs: { StringEquals: { 'aws:RequestTag/rolecall.dev/installation': installation } },
      ClaimByTag: { StringEquals: { 'aws:RequestTag/rolecall.dev/installation': installation } },
      TagOurs: {
        StringEquals: { 'aws:ResourceTag/rolecall.dev/installation': installation },
        'ForAllValues:StringNotEquals': { 'aws:TagKeys': ['rolecall.dev/installation'] },
      },
      UntagOurs: {
        StringEquals: { 'aws:ResourceTag/rolecall.dev/installation': installation },
        'ForAllValues:StringNotEquals': {
          'aws:TagKeys': ['rolecall.dev/installation', 'rolecall.dev/mapping'],
        },
      },
      ChangeOurs: { StringEquals: { 'aws:ResourceTag/rolecall.dev/installation': installation } },
      ReadAssociations: undefined,
      HandRolesToPods: { StringEquals: { 'iam:PassedToService': 'pods.eks.amazonaws.com' } },
      SeeThoseRoles: undefined,
    });
  });

  it.each(['read', 'write'] as const)(
    'lets only the named functions of the hub take the %s role on',
    (access) => {
      const [trust] = statements(access === 'read' ? 'ReadRole' : 'WriteRole');
      const role = (name: string) => ({
        'Fn::Sub': `arn:\${AWS::Partition}:iam::\${HubAccount}:role/rolecall-\${Installation}-${name}`,
      });
      expect(trust).toMatchObject({
        Action: 'sts:AssumeRole',
        Principal: { AWS: { 'Fn::Sub': 'arn:$' + '{AWS::Partition}:iam::$' + '{HubAccount}:root' } },
        Condition: {
          ArnEquals: { 'aws:PrincipalArn': TRUSTED_BY_SPOKES[access].map(role) },
          StringEquals: { 'sts:ExternalId': { Ref: 'ExternalId' } },
        },
      });
      expect(FUNCTIONS).toEqual(expect.arrayContaining([...TRUSTED_BY_SPOKES[access]]));
    },
  );

  it.each([
    { roles: 'workloads/*', fits: true },
    { roles: 'payments-api', fits: true },
    { roles: 'workloads/*,payments-*', fits: true },
    { roles: '*', fits: false },
    { roles: '**', fits: false },
    { roles: 'a,*', fits: false },
    { roles: '/workloads/*', fits: false },
    { roles: '', fits: false },
    { roles: 'a, b', fits: false },
  ])('takes "$roles" for roles that may be passed: $fits', ({ roles, fits }) => {
    const { AllowedPattern = '', Default } = template.Parameters['PassableRoles'] ?? {};
    expect(new RegExp(AllowedPattern).test(roles)).toBe(fits);
    expect(Default).toBeUndefined();
  });
});
