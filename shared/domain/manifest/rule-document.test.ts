import { describe, expect, it } from 'vitest';
import { parseManifests } from './parse-manifests.ts';

const HEAD = 'apiVersion: rolecall.dev/v1\nkind: EnrolmentRule\n';
const rule = (name: string, spec: string) => `${HEAD}metadata: { name: ${name} }\nspec: ${spec}\n`;
const LAB = rule('lab', '{ priority: 10, clusters: { matchLabels: { env: lab } }, mode: enforce }');

const read = (...texts: readonly string[]) =>
  parseManifests([{ path: 'rules.yaml', text: texts.join('---\n') }]);
const briefly = (...texts: readonly string[]) =>
  read(...texts).problems.map(({ line, column, rule: code, path }) => `${line}:${column} ${code} ${path}`);

describe('an enrolment rule', () => {
  it('is read beside mappings, in the order in which it is written', () => {
    const all = rule('rest', '{ priority: 900, clusters: all, mode: observe }');
    expect(read(LAB, all)).toEqual({
      mappings: [],
      rules: [
        { name: 'lab', priority: 10, clusters: { matchLabels: { env: 'lab' } }, mode: 'enforce' },
        { name: 'rest', priority: 900, clusters: 'all', mode: 'observe' },
      ],
      problems: [],
    });
  });

  it.each([
    {
      when: 'the name is none',
      text: rule('Lab', '{ priority: 1, clusters: all, mode: observe }'),
      problem: '3:19 name.rule metadata.name',
    },
    {
      when: 'it has no mode',
      text: rule('lab', '{ priority: 1, clusters: all }'),
      problem: '4:7 field.missing spec.mode',
    },
    {
      when: 'the mode is another word',
      text: rule('lab', '{ priority: 1, clusters: all, mode: write }'),
      problem: '4:43 field.value spec.mode',
    },
    {
      when: 'it has no priority',
      text: rule('lab', '{ clusters: all, mode: observe }'),
      problem: '4:7 field.missing spec.priority',
    },
    {
      when: 'the priority is text',
      text: rule('lab', '{ priority: high, clusters: all, mode: observe }'),
      problem: '4:19 field.type spec.priority',
    },
    {
      when: 'the priority is 0',
      text: rule('lab', '{ priority: 0, clusters: all, mode: observe }'),
      problem: '4:19 rule.priority spec.priority',
    },
    {
      when: 'the priority is broken',
      text: rule('lab', '{ priority: 1.5, clusters: all, mode: observe }'),
      problem: '4:19 rule.priority spec.priority',
    },
    {
      when: 'it selects nothing',
      text: rule('lab', '{ priority: 1, clusters: {}, mode: observe }'),
      problem: '4:32 selector.empty spec.clusters',
    },
    {
      when: 'a condition is misspelt',
      text: rule('lab', '{ priority: 1, clusters: { label: { a: b } }, mode: observe }'),
      problem: '4:34 field.unknown spec.clusters.label',
    },
    {
      when: 'it has a role',
      text: rule('lab', '{ priority: 1, clusters: all, mode: observe, roleArn: x }'),
      problem: '4:52 field.unknown spec.roleArn',
    },
    {
      when: 'it names a namespace',
      text: `${HEAD}metadata: { name: lab, namespace: a }\nspec: { priority: 1, clusters: all, mode: observe }`,
      problem: '3:24 field.unknown metadata.namespace',
    },
    {
      when: 'the version is another',
      text: LAB.replace('/v1', '/v2'),
      problem: '1:13 manifest.kind apiVersion',
    },
  ])('is refused when $when', ({ text, problem }) => {
    expect(briefly(text)).toEqual([problem]);
    expect(read(text).rules).toEqual([]);
  });

  it('says what may have been meant by a kind or a field', () => {
    const messages = (text: string) => read(text).problems.map(({ message }) => message);
    expect(messages(LAB.replace('EnrolmentRule', 'EnrollmentRule'))).toEqual([
      'kind is "EnrollmentRule": did you mean EnrolmentRule?',
    ]);
    expect(messages(LAB.replace('priority', 'prioritiy'))).toEqual([
      'there is no field prioritiy here: did you mean priority?',
    ]);
  });

  it.each([
    {
      when: 'two have one name',
      other: rule('lab', '{ priority: 20, clusters: all, mode: observe }'),
      problem: '7:1 rule.duplicate metadata',
    },
    {
      when: 'two have one priority',
      other: rule('rest', '{ priority: 10, clusters: all, mode: observe }'),
      problem: '7:1 rule.priority spec.priority',
    },
  ])('is refused when $when', ({ other, problem }) => {
    const found = briefly(LAB, other);
    expect(found.map((text) => text.replace(/^\d+:\d+/, '7:1'))).toEqual([problem]);
  });
});
