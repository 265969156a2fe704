import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aCluster } from '#test/builders/a-cluster.ts';
import { parseRoleArn } from './role.ts';
import {
  type Expansion,
  expandRoleTemplate,
  explainExpansionFault,
  readRoleTemplate,
} from './role-template.ts';

describe('readRoleTemplate', () => {
  it.each([
    'arn:aws:iam::111122223333:role/api',
    'arn:{partition}:iam::{account}:role/api',
    'arn:aws:iam::{label:account}:role/api',
    'arn:aws:iam::{account}:role/team/{region}/{cluster}-{label:example.com/tier}',
    // Room for a short label, though not for every one.
    `arn:aws:iam::{account}:role/${'a'.repeat(60)}{label:env}`,
  ])('reads %s', (text) => {
    expect(readRoleTemplate(text).kind).toBe('template');
  });

  it.each([
    { text: 'arn:aws:iam::{account:role/api', faults: [{ kind: 'braces' }] },
    { text: 'arn:aws:iam::account}:role/api', faults: [{ kind: 'braces' }] },
    { text: 'arn:aws:iam::{{account}}:role/api', faults: [{ kind: 'braces' }] },
    {
      text: 'arn:aws:iam::{Account}:role/{}-{label:}',
      faults: [
        { kind: 'unknownVariable', variable: 'Account' },
        { kind: 'unknownVariable', variable: '' },
        { kind: 'unknownVariable', variable: 'label:' },
      ],
    },
    {
      text: 'arn:aws:iam::{region}:role/api',
      faults: [{ kind: 'notARoleArn', sample: 'arn:aws:iam::us-east-1:role/api' }],
    },
    {
      text: 'arn:aws:iam::{account}:user/api',
      faults: [{ kind: 'notARoleArn', sample: 'arn:aws:iam::111122223333:user/api' }],
    },
    { text: '', faults: [{ kind: 'notARoleArn', sample: '' }] },
  ])('finds the faults of $text', ({ text, faults }) => {
    expect(readRoleTemplate(text)).toEqual({ kind: 'faulty', faults });
  });
});

const cluster = aCluster({
  partition: 'aws-us-gov',
  account: '444455556666',
  region: 'us-gov-west-1',
  name: 'lab_1',
  labels: { env: 'prod', 'example.com/tier': 'gold', empty: '' },
});

function expand(text: string, labels = cluster.labels): Expansion {
  const reading = readRoleTemplate(text);
  if (reading.kind !== 'template') throw new Error(`no template: ${text}`);
  return expandRoleTemplate(reading.template, { ...cluster, labels });
}

describe('expandRoleTemplate', () => {
  it.each([
    { text: 'arn:aws:iam::111122223333:role/api', arn: 'arn:aws:iam::111122223333:role/api' },
    { text: 'arn:{partition}:iam::{account}:role/api', arn: 'arn:aws-us-gov:iam::444455556666:role/api' },
    {
      text: 'arn:{partition}:iam::{account}:role/{region}/{cluster}-{label:env}.{label:example.com/tier}',
      arn: 'arn:aws-us-gov:iam::444455556666:role/us-gov-west-1/lab_1-prod.gold',
    },
  ])('makes $text concrete', ({ text, arn }) => {
    expect(expand(text)).toEqual({ kind: 'arn', arn });
  });

  it.each([
    {
      when: 'a label is missing',
      role: '{label:zone}',
      labels: {},
      fault: { kind: 'labelMissing', label: 'zone' },
    },
    {
      when: 'a label is only inherited',
      role: '{label:constructor}',
      labels: {},
      fault: { kind: 'labelMissing', label: 'constructor' },
    },
    {
      when: 'a label is empty',
      role: 'api{label:env}',
      labels: { env: '' },
      fault: { kind: 'valueRefused', variable: 'label:env', value: '' },
    },
    {
      when: 'a label would choose the path',
      role: '{label:env}',
      labels: { env: 'x/admin' },
      fault: { kind: 'valueRefused', variable: 'label:env', value: 'x/admin' },
    },
    {
      when: 'a label would end the resource',
      role: '{label:env}',
      labels: { env: 'a:b' },
      fault: { kind: 'valueRefused', variable: 'label:env', value: 'a:b' },
    },
    {
      when: 'a label is a pattern',
      role: '{label:env}',
      labels: { env: '*' },
      fault: { kind: 'valueRefused', variable: 'label:env', value: '*' },
    },
    {
      when: 'the name gets too long',
      role: '{label:env}',
      labels: { env: 'a'.repeat(65) },
      fault: { kind: 'notARoleArn', result: `arn:aws:iam::444455556666:role/${'a'.repeat(65)}` },
    },
  ])('answers with the fault when $when', ({ role, labels, fault }) => {
    expect(expand(`arn:aws:iam::{account}:role/${role}`, labels)).toEqual({ kind: 'fault', fault });
  });

  it('never lets a label change anything but its own place', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'aB9_+=,.@-/:*{}$ ü\n') }), (env) => {
        const expansion = expand('arn:{partition}:iam::{account}:role/team/{label:env}-api', { env });
        if (expansion.kind === 'fault') return;
        expect(parseRoleArn(expansion.arn)).toEqual({
          partition: 'aws-us-gov',
          account: '444455556666',
          path: '/team/',
          roleName: `${env}-api`,
        });
      }),
    );
  });

  it.each([
    { role: 'a', check: 'nothing' },
    { role: '{account}-{partition}', check: 'nothing' },
    // Too long with the name of some partitions.
    { role: `${'a'.repeat(50)}{partition}`, check: 'everything' },
    { role: '{cluster}/{label:env}', check: 'nameLength' },
  ])('leaves $check to be looked at for $role', ({ role, check }) => {
    const reading = readRoleTemplate(`arn:{partition}:iam::{account}:role/${role}`);
    expect(reading).toMatchObject({ kind: 'template', template: { check } });
  });

  it('looks at everything when a variable stands where it could break the ARN', () => {
    expect(readRoleTemplate('arn:aws{cluster}:iam::{account}:role/a')).toMatchObject({
      template: { check: 'everything' },
    });
    expect(readRoleTemplate('arn:aws:iam::{label:account}:role/a')).toMatchObject({
      template: { check: 'everything' },
    });
    expect(expand('arn:aws{cluster}:iam::{account}:role/a')).toEqual({
      kind: 'fault',
      fault: { kind: 'notARoleArn', result: 'arn:awslab_1:iam::444455556666:role/a' },
    });
  });

  it('gives role ARNs only, whatever the template and the labels', () => {
    const piece = fc.constantFrom(
      '{account}',
      '{partition}',
      '{region}',
      '{cluster}',
      '{label:env}',
      'a',
      '/',
      ':role/',
    );
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 8 }),
        fc.string({ maxLength: 70, unit: fc.constantFrom('a', '-', '/') }),
        (pieces, env) => {
          const reading = readRoleTemplate(`arn:aws:iam::{account}:role/${pieces.join('')}`);
          if (reading.kind === 'faulty') return;
          const expansion = expandRoleTemplate(reading.template, { ...cluster, labels: { env } });
          if (expansion.kind === 'arn') expect(parseRoleArn(expansion.arn)).toBeDefined();
        },
      ),
    );
  });
});

describe('explainExpansionFault', () => {
  it('names the label and what to do', () => {
    expect(explainExpansionFault({ kind: 'labelMissing', label: 'zone' }, 'arn:…{label:zone}', cluster)).toBe(
      'arn:…{label:zone} needs the label zone, which arn:aws-us-gov:eks:us-gov-west-1:444455556666:cluster/lab_1 does not have: label the cluster, or select it in another target.',
    );
  });
});
