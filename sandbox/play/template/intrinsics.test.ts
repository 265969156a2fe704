// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are CloudFormation's variables
import { describe, expect, it } from 'vitest';
import { holds, resolve, type StackScope } from './intrinsics.ts';

const scope: StackScope = {
  template: {
    Parameters: {},
    Conditions: {
      IsHome: { 'Fn::Equals': [{ Ref: 'AWS::Region' }, { Ref: 'Home' }] },
      IsAway: { 'Fn::Not': [{ Condition: 'IsHome' }] },
      IsBoth: { 'Fn::And': [{ Condition: 'IsHome' }, { Condition: 'IsAway' }] },
      IsEither: { 'Fn::Or': [{ Condition: 'IsHome' }, { Condition: 'IsAway' }] },
    },
    Resources: {},
  },
  partition: 'aws',
  account: '444455556666',
  region: 'eu-west-1',
  parameters: { Home: 'eu-west-1', Names: 'a,b' },
  refTo: (logicalId) => `ref of ${logicalId}`,
  attributeOf: (logicalId, attribute) => `${attribute} of ${logicalId}`,
};

describe('resolve', () => {
  it.each([
    { what: 'a parameter', value: { Ref: 'Home' }, is: 'eu-west-1' },
    { what: 'a pseudo parameter', value: { Ref: 'AWS::AccountId' }, is: '444455556666' },
    { what: 'a resource', value: { Ref: 'Queue' }, is: 'ref of Queue' },
    { what: 'an attribute', value: { 'Fn::GetAtt': ['Queue', 'Arn'] }, is: 'Arn of Queue' },
    { what: 'an attribute with a dot', value: { 'Fn::GetAtt': 'Queue.Arn' }, is: 'Arn of Queue' },
    {
      what: 'a text with variables',
      value: { 'Fn::Sub': '${AWS::Partition}:${Home}:${Queue.Arn}:${!Literal}' },
      is: 'aws:eu-west-1:Arn of Queue:${Literal}',
    },
    {
      what: 'a text with variables of its own',
      value: { 'Fn::Sub': ['${Mine}-${Home}', { Mine: { Ref: 'Names' } }] },
      is: 'a,b-eu-west-1',
    },
    {
      what: 'a list that is split and joined',
      value: { 'Fn::Join': ['|', { 'Fn::Split': [',', { Ref: 'Names' }] }] },
      is: 'a|b',
    },
    { what: 'one of a list', value: { 'Fn::Select': ['1', ['x', 'y']] }, is: 'y' },
    { what: 'a choice', value: { 'Fn::If': ['IsAway', 'away', 'home'] }, is: 'home' },
    {
      what: 'what is not there',
      value: { A: { Ref: 'AWS::NoValue' }, B: [{ Ref: 'AWS::NoValue' }, 1] },
      is: { B: [1] },
    },
  ])('carries out $what', ({ value, is }) => {
    expect(resolve(scope, value)).toEqual(is);
  });

  it.each(['Fn::Join', 'Fn::Split'])(
    'refuses a function as the delimiter of %s, as CloudFormation does',
    (name) => {
      expect(() => resolve(scope, { [name]: [{ 'Fn::Sub': ',' }, { Ref: 'Names' }] })).toThrow(
        `the delimiter of ${name} must be a literal string`,
      );
    },
  );

  it('refuses a function that it does not know', () => {
    expect(() => resolve(scope, { 'Fn::ImportValue': 'x' })).toThrow('does not know Fn::ImportValue');
  });
});

describe('holds', () => {
  it.each([
    { name: 'IsHome', is: true },
    { name: 'IsAway', is: false },
    { name: 'IsBoth', is: false },
    { name: 'IsEither', is: true },
  ])('says $is for $name', ({ name, is }) => {
    expect(holds(scope, name)).toBe(is);
  });

  it('refuses a condition that is not there', () => {
    expect(() => holds(scope, 'IsGone')).toThrow('there is no condition IsGone');
  });
});
