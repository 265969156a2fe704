import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyMapping } from '#test/builders/any-mapping.ts';
import { formatMappingKey } from '../key.ts';
import type { Mapping } from '../mapping.ts';
import { parseManifests } from './parse-manifests.ts';
import { printManifests } from './print-manifest.ts';
import type { Problem } from './problem.ts';

const HEAD = `apiVersion: rolecall.dev/v1
kind: Mapping
metadata: { namespace: payments, serviceAccount: api }
`;
const ROLE = 'arn:{partition}:iam::{account}:role/api';

/** A manifest whose targets begin in line 7. */
function withTargets(targets: string): string {
  return `${HEAD}spec:
  team: payments
  targets:
${targets}`;
}

function problemsOf(text: string): readonly Problem[] {
  return parseManifests([{ path: 'm.yaml', text }]).problems;
}

/** `line:column rule path` of every problem, in order. */
function briefly(text: string): string[] {
  return problemsOf(text).map(({ line, column, rule, path }) => `${line}:${column} ${rule} ${path}`.trim());
}

describe('parseManifests', () => {
  it('tells of a file that is no UTF-8 among the problems of the others', () => {
    const latin = { path: 'latin.yaml', text: '', notUtf8: true as const };
    const { problems } = parseManifests([latin, { path: 'm.yaml', text: 'a: [1' }]);
    expect(problems.map(({ file, rule }) => `${file} ${rule}`)).toEqual([
      'latin.yaml yaml.encoding',
      'm.yaml yaml.syntax',
    ]);
  });

  it('reads everything that a mapping can say', () => {
    const text = `# a comment
apiVersion: rolecall.dev/v1
kind: Mapping
metadata:
  namespace: payments
  serviceAccount: api.v2
  clusterSet: lab
spec:
  team: payments
  mode: observe
  targets:
    - clusters:
        matchLabels: { env: prod }
        matchExpressions:
          - { key: tier, operator: NotIn, values: [bronze] }
          - { key: example.com/canary, operator: DoesNotExist, values: [] }
        names: [prod-1]
        accounts: ["111122223333"]
        regions: [eu-west-1]
      roleArn: arn:{partition}:iam::{account}:role/payments-{label:env}
      targetRoleArn: arn:aws:iam::777788889999:role/ledger-read
      disableSessionTags: true
      policy:
        Version: 2012-10-17
        Statement: [{ Effect: Allow, Action: "s3:*", Resource: "*" }]
      tags: { cost-centre: "42" }
      takeover: true
    - clusters: all
      roleArn: arn:aws:iam::111122223333:role/api
  expires: 2027-03-31
  onExpiry: retire
`;
    const expected: Mapping = {
      key: { clusterSet: 'lab', namespace: 'payments', serviceAccount: 'api.v2' },
      team: 'payments',
      mode: 'observe',
      targets: [
        {
          clusters: {
            matchLabels: { env: 'prod' },
            matchExpressions: [
              { key: 'tier', operator: 'NotIn', values: ['bronze'] },
              { key: 'example.com/canary', operator: 'DoesNotExist' },
            ],
            names: ['prod-1'],
            accounts: ['111122223333'],
            regions: ['eu-west-1'],
          },
          roleArn: 'arn:{partition}:iam::{account}:role/payments-{label:env}',
          targetRoleArn: 'arn:aws:iam::777788889999:role/ledger-read',
          disableSessionTags: true,
          policy: '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}',
          tags: { 'cost-centre': '42' },
          takeover: true,
        },
        {
          clusters: 'all',
          roleArn: 'arn:aws:iam::111122223333:role/api',
          disableSessionTags: false,
          tags: {},
          takeover: false,
        },
      ],
      expires: '2027-03-31',
      onExpiry: 'retire',
      source: { file: 'm.yaml', line: 2 },
    };
    expect(parseManifests([{ path: 'm.yaml', text }])).toStrictEqual({
      mappings: [expected],
      rules: [],
      problems: [],
    });
  });

  it('fills in the defaults', () => {
    const { mappings } = parseManifests([
      { path: 'm.yaml', text: withTargets(`    - { clusters: all, roleArn: "${ROLE}" }`) },
    ]);
    expect(mappings).toMatchObject([{ key: { clusterSet: 'default' }, mode: 'enforce', onExpiry: 'report' }]);
    expect(mappings[0]).not.toHaveProperty('expires');
  });

  it.each([
    { when: 'nothing', text: '' },
    { when: 'a comment', text: '# later\n' },
    { when: 'empty documents', text: '---\n---\n# nothing\n---\nnull\n...\n' },
  ])('finds no mapping and no problem in $when', ({ text }) => {
    expect(parseManifests([{ path: 'm.yaml', text }])).toEqual({ mappings: [], rules: [], problems: [] });
  });

  it('reads several documents, a byte order mark, Windows line ends and aliases', () => {
    const worker = HEAD.replace('serviceAccount: api', 'serviceAccount: worker');
    const text = `\uFEFF${withTargets(`    - { clusters: &prod { names: [a, b] }, roleArn: "${ROLE}" }
    - { clusters: { names: [c] }, roleArn: "${ROLE}" }`)}
---
${worker}spec: { team: payments, targets: [{ clusters: all, roleArn: &role "${ROLE}", targetRoleArn: *role }] }
`;
    const { mappings, problems } = parseManifests([{ path: 'm.yaml', text: text.replaceAll('\n', '\r\n') }]);
    expect(problems).toEqual([]);
    expect(mappings.map(({ key, source }) => [key.serviceAccount, source?.line])).toEqual([
      ['api', 1],
      ['worker', 10],
    ]);
  });

  it('gives back what was printed', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(anyMapping, { selector: ({ key }) => formatMappingKey(key), maxLength: 4 }),
        (given) => {
          const { mappings, problems } = parseManifests([{ path: 'm.yaml', text: printManifests(given) }]);
          expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
          expect(mappings.map(({ source: _, ...mapping }) => mapping)).toEqual(given);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('never throws, whatever the text', () => {
    const piece = fc.constantFrom(
      ...[
        'apiVersion: rolecall.dev/v1\n',
        'kind: Mapping\n',
        'metadata:',
        'spec:\n',
        '  targets:\n',
        '    - ',
        '- ',
        '\n',
      ],
      ...[
        'clusters',
        ': ',
        '&a ',
        '*a',
        '{',
        '}',
        '[',
        ']',
        '"',
        "'",
        '|\n',
        '---\n',
        '<<',
        '!x ',
        '? ',
        '%YAML 1.1\n',
        '#',
        '\t',
      ],
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
        const { mappings, problems } = parseManifests([{ path: 'm.yaml', text: pieces.join('') }]);
        expect(mappings).toEqual([]);
        for (const { line, column } of problems) {
          expect(line).toBeGreaterThan(0);
          expect(column).toBeGreaterThan(0);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('problems of the YAML', () => {
  it.each([
    { when: 'it does not parse', text: 'a: [1\nb: 2', problems: ['2:1 yaml.syntax'] },
    { when: 'a key is a list', text: 'kind: Mapping\n? [a]\n: b', problems: ['2:3 yaml.syntax'] },
    { when: 'a merge key is used', text: 'a: &a { b: 1 }\nc:\n  <<: *a', problems: ['3:3 yaml.mergeKey'] },
    { when: 'an alias has no anchor', text: 'a: &x 1\nb: *y', problems: ['2:4 yaml.alias'] },
    { when: 'an alias points into itself', text: 'a: &a\n  b: *a', problems: ['2:6 yaml.alias'] },
    {
      when: 'aliases multiply',
      text: `a: &a [x, x, x, x, x, x, x, x, x, x]
b: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a, *a]
c: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b, *b]
d: &d [*c, *c, *c, *c, *c, *c, *c, *c, *c, *c]`,
      problems: ['1:1 yaml.alias'],
    },
    {
      when: 'a tag is used',
      text: 'a: !secret x\nb: !!binary aGk=',
      problems: ['1:12 yaml.tag', '2:13 yaml.tag'],
    },
    { when: 'it says to be YAML 1.1', text: '%YAML 1.1\n---\nkind: no', problems: ['2:1 yaml.version'] },
    { when: 'a field is called __proto__', text: 'spec:\n  __proto__: {}', problems: ['2:3 field.unknown'] },
  ])('are told when $when', ({ text, problems }) => {
    expect(briefly(text)).toEqual(problems);
  });

  it.each([
    { when: 'brackets are never closed', text: '['.repeat(20_000) },
    { when: 'brackets are closed', text: '['.repeat(2_000) + ']'.repeat(2_000) },
    { when: 'a list is in a list', text: `${'- '.repeat(20_000)}a` },
    {
      when: 'indentation only grows',
      text: Array.from({ length: 2_000 }, (_, at) => `${' '.repeat(at)}a:`).join('\n'),
    },
    { when: 'the stack would hold it', text: `a: ${'['.repeat(50)}${']'.repeat(50)}` },
    {
      when: 'a policy is',
      text: withTargets(
        `    - { clusters: all, roleArn: "${ROLE}", policy: ${'{ a: '.repeat(300)}1${'}'.repeat(300)} }`,
      ),
    },
  ])('are one clear sentence when nesting would exhaust the stack: $when', ({ text }) => {
    const { mappings, problems } = parseManifests([{ path: 'm.yaml', text }]);
    expect(mappings).toEqual([]);
    expect(problems.map(({ rule, message }) => ({ rule, message }))).toEqual([
      {
        rule: 'yaml.depth',
        message:
          'this is nested more than 50 levels deep: no manifest is. Look for brackets that are never closed, or indentation that only grows',
      },
    ]);
  });

  it('are not that 50 levels are too deep', () => {
    expect(briefly(`a: ${'['.repeat(49)}${']'.repeat(49)}`)).toEqual(['1:1 manifest.kind']);
  });

  it.each([
    {
      targets: 'all',
      advice: 'a target says which clusters get which role, so write [{ clusters: all, roleArn: "arn:',
    },
    {
      targets: '["*"]',
      advice: 'a target says which clusters get which role, so write { clusters: all, roleArn: "arn:',
    },
    { targets: `{ clusters: all, roleArn: "${ROLE}" }`, advice: 'put `- ` before its first field' },
    { clusters: '"*"', advice: 'clusters is "*": to choose every cluster, write `clusters: all`' },
    { clusters: 'All', advice: 'clusters is "All": to choose every cluster, write `clusters: all`' },
    {
      clusters: '{ all: true }',
      advice: 'there is no field all here: to choose every cluster, write `clusters: all`',
    },
    { clusters: 'prod-1', advice: 'write `all`, or a selector such as { names: [prod-1] }' },
    {
      clusters: '[prod-1, prod-2]',
      advice: 'write `all`, or a selector such as { names: [prod-1, prod-2] }',
    },
    { clusters: '[]', advice: 'write `all`, or a selector such as { names: [my-cluster] }' },
    { clusters: '{ names: all }', advice: 'to choose every cluster, write `clusters: all`' },
    { clusters: '{ names: prod-1 }', advice: 'names is a list, and here is "prod-1": write ["prod-1"]' },
    { clusters: '{ matchLabels: env=prod }', advice: 'write { env: prod }' },
    { clusters: '{ matchLabels: [env] }', advice: 'write { env: prod }' },
    {
      clusters: '{ matchLabels: { targets: 5 } }',
      advice: 'targets is text, and here is the number 5: write it in quotes, "5"',
    },
  ])('say what is right: $targets $clusters', ({ targets, clusters, advice }) => {
    const one = `[{ clusters: ${clusters ?? 'all'}, roleArn: "${ROLE}" }]`;
    const text = `apiVersion: rolecall.dev/v1\nkind: Mapping\nmetadata: { namespace: a, serviceAccount: b }\nspec: { team: a, targets: ${targets ?? one} }\n`;
    const { problems } = parseManifests([{ path: 'm.yaml', text }]);
    expect(problems).toHaveLength(1);
    expect(problems[0]?.message).toContain(advice);
  });

  it('tells a field that is written twice, and what else is wrong', () => {
    const text = withTargets(`    - clusters: all
      roleArn: ${ROLE}
      roleArn: nonsense`);
    expect(briefly(text)).toEqual(['9:7 yaml.duplicateKey', '9:16 role.arn spec.targets[0].roleArn']);
  });

  it('keeps one document apart from the next', () => {
    const good = withTargets(`    - { clusters: all, roleArn: "${ROLE}" }`);
    const { mappings, problems } = parseManifests([{ path: 'm.yaml', text: `a: *x\n---\n${good}` }]);
    expect(mappings).toHaveLength(1);
    expect(problems.map(({ rule }) => rule)).toEqual(['yaml.alias']);
  });
});

describe('problems of the document', () => {
  it.each([
    { when: 'it is a list', text: '- 1', problems: ['1:1 manifest.kind'] },
    { when: 'it is text', text: 'hello', problems: ['1:1 manifest.kind'] },
    { when: 'it says nothing of itself', text: '\nspec: {}', problems: ['2:1 manifest.kind'] },
    {
      when: 'it is of another kind',
      text: 'apiVersion: apps/v1\nkind: Deployment',
      problems: ['1:13 manifest.kind apiVersion', '2:7 manifest.kind kind'],
    },
    {
      when: 'the version is another',
      text: 'apiVersion: rolecall.dev/v2\nkind: Mapping',
      problems: ['1:13 manifest.kind apiVersion'],
    },
    {
      when: 'the kind is misspelt',
      text: 'apiVersion: rolecall.dev/v1\nkind: mapping',
      problems: ['2:7 manifest.kind kind'],
    },
    {
      when: 'the rest is missing',
      text: 'apiVersion: rolecall.dev/v1\nkind: Mapping',
      problems: ['1:1 field.missing metadata', '1:1 field.missing spec'],
    },
  ])('are told when $when', ({ text, problems }) => {
    expect(briefly(text)).toEqual(problems);
  });

  it.each([
    {
      metadata: '{ namespace: Payments, serviceAccount: api }',
      problem: '3:24 name.namespace metadata.namespace',
    },
    {
      metadata: '{ namespace: a.b, serviceAccount: api }',
      problem: '3:24 name.namespace metadata.namespace',
    },
    {
      metadata: '{ namespace: a/b, serviceAccount: api }',
      problem: '3:24 name.namespace metadata.namespace',
    },
    { metadata: '{ namespace: 42, serviceAccount: api }', problem: '3:24 field.type metadata.namespace' },
    {
      metadata: '{ namespace: a, serviceAccount: "*" }',
      problem: '3:43 name.serviceAccount metadata.serviceAccount',
    },
    {
      metadata: '{ namespace: a, serviceAccount: b, clusterSet: A }',
      problem: '3:58 name.clusterSet metadata.clusterSet',
    },
    { metadata: '{ namespace: a, serviceAccount: b, name: c }', problem: '3:46 field.unknown metadata.name' },
    { metadata: '{ namespace: a }', problem: '3:11 field.missing metadata.serviceAccount' },
    { metadata: '{ namespace: a, sa: b }', problem: '3:11 field.missing metadata.serviceAccount' },
    {
      metadata: '{ namespace: a, service-account: b }',
      problem: '3:27 field.unknown metadata.service-account',
    },
    { metadata: '[]', problem: '3:11 field.type metadata' },
  ])('are told of metadata: $metadata', ({ metadata, problem }) => {
    const text = withTargets(`    - { clusters: all, roleArn: "${ROLE}" }`).replace(
      /metadata: .*/,
      `metadata: ${metadata}`,
    );
    expect(briefly(text)[0]).toBe(problem);
  });

  it.each([
    { spec: 'team: payments, targets: []', problems: ['4:34 target.none spec.targets'] },
    { spec: 'team: payments', problems: ['4:7 field.missing spec.targets'] },
    {
      spec: 'team: a/b, targets: all',
      problems: ['4:15 name.team spec.team', '4:29 field.type spec.targets'],
    },
    { spec: 'team: a, mode: off, TARGETS', problems: ['4:24 field.value spec.mode'] },
    { spec: 'team: a, expires: 2027-02-30, TARGETS', problems: ['4:27 expiry.date spec.expires'] },
    { spec: 'team: a, expires: 20270331, TARGETS', problems: ['4:27 field.type spec.expires'] },
    { spec: 'team: a, onExpiry: retire, TARGETS', problems: ['4:28 expiry.unused spec.onExpiry'] },
    {
      spec: 'team: a, expires: 2027-03-31, onExpiry: delete, TARGETS',
      problems: ['4:49 field.value spec.onExpiry'],
    },
  ])('are told of spec: $spec', ({ spec, problems }) => {
    const targets = `targets: [{ clusters: all, roleArn: "${ROLE}" }]`;
    expect(briefly(`${HEAD}spec: { ${spec.replace('TARGETS', targets)} }`)).toEqual(problems);
  });
});

describe('problems of a target', () => {
  it.each([
    { clusters: '{}', problem: '7:17 selector.empty spec.targets[0].clusters' },
    { clusters: '', problem: '7:7 selector.empty spec.targets[0].clusters' },
    { clusters: '""', problem: '7:17 selector.empty spec.targets[0].clusters' },
    { clusters: '{ matchLabels: {} }', problem: '7:17 selector.empty spec.targets[0].clusters' },
    { clusters: '{ names: [] }', problem: '7:26 selector.empty spec.targets[0].clusters.names' },
    { clusters: 'ALL', problem: '7:17 field.type spec.targets[0].clusters' },
    { clusters: '[a]', problem: '7:17 field.type spec.targets[0].clusters' },
    {
      clusters: '{ matchLables: { a: b } }',
      problem: '7:19 field.unknown spec.targets[0].clusters.matchLables',
    },
    {
      clusters: '{ matchLabels: { a: true } }',
      problem: '7:37 field.type spec.targets[0].clusters.matchLabels.a',
    },
    {
      clusters: '{ matchLabels: { a: b/c } }',
      problem: '7:37 selector.label spec.targets[0].clusters.matchLabels.a',
    },
    {
      clusters: '{ matchLabels: { a b: c } }',
      problem: '7:39 selector.label spec.targets[0].clusters.matchLabels["a b"]',
    },
    { clusters: '{ names: prod-1 }', problem: '7:26 field.type spec.targets[0].clusters.names' },
    {
      clusters: '{ names: ["prod-*"] }',
      problem: '7:27 selector.clusterName spec.targets[0].clusters.names[0]',
    },
    {
      clusters: '{ accounts: [111122223333] }',
      problem: '7:30 field.type spec.targets[0].clusters.accounts[0]',
    },
    {
      clusters: '{ accounts: ["1111"] }',
      problem: '7:30 selector.account spec.targets[0].clusters.accounts[0]',
    },
    { clusters: '{ regions: [eu] }', problem: '7:29 selector.region spec.targets[0].clusters.regions[0]' },
    {
      clusters: '{ matchExpressions: [{ key: a, operator: in, values: [b] }] }',
      problem: '7:58 field.value spec.targets[0].clusters.matchExpressions[0].operator',
    },
    {
      clusters: '{ matchExpressions: [{ key: a }] }',
      problem: '7:38 field.missing spec.targets[0].clusters.matchExpressions[0].operator',
    },
    {
      clusters: '{ matchExpressions: [{ key: a, operator: In }] }',
      problem: '7:38 field.missing spec.targets[0].clusters.matchExpressions[0].values',
    },
    {
      clusters: '{ matchExpressions: [{ key: a, operator: In, values: [] }] }',
      problem: '7:70 selector.values spec.targets[0].clusters.matchExpressions[0].values',
    },
    {
      clusters: '{ matchExpressions: [{ key: a, operator: Exists, values: [b] }] }',
      problem: '7:74 selector.values spec.targets[0].clusters.matchExpressions[0].values',
    },
  ])('are told of clusters: $clusters', ({ clusters, problem }) => {
    const text = withTargets(`    - clusters: ${clusters}\n      roleArn: ${ROLE}`);
    expect(briefly(text)).toEqual([problem]);
  });

  it.each([
    { roleArn: 'payments-api', rule: 'role.arn', says: 'is only a name: write the whole ARN' },
    { roleArn: 'arn:aws:iam::111122223333:user/x', rule: 'role.arn', says: 'is a user' },
    {
      roleArn: 'arn:aws:sts::111122223333:assumed-role/x/y',
      rule: 'role.arn',
      says: 'is a session of a role',
    },
    { roleArn: 'arn:aws:iam::1111:role/x', rule: 'role.arn', says: 'is no role ARN' },
    { roleArn: 'arn:aws:iam::{acount}:role/x', rule: 'role.template', says: 'did you mean {account}?' },
    { roleArn: 'arn:aws:iam::{account}:role/{label:}', rule: 'role.template', says: 'write {label:NAME}' },
    { roleArn: 'arn:aws:iam::{account:role/x', rule: 'role.template', says: 'braces do not pair up' },
  ])('are told of roleArn: $roleArn', ({ roleArn, rule, says }) => {
    const [problem, ...others] = problemsOf(withTargets(`    - clusters: all\n      roleArn: ${roleArn}`));
    expect(others).toEqual([]);
    expect(problem).toMatchObject({ line: 8, column: 16, rule, path: 'spec.targets[0].roleArn' });
    expect(problem?.message).toContain(says);
  });

  const many = Array.from({ length: 49 }, (_, index) => `k${index}: v`).join(', ');
  it.each([
    { tags: '{ cost-centre: 42 }', problem: '9:28 field.type spec.targets[0].tags.cost-centre' },
    { tags: '{ "aws:x": a }', problem: '9:15 tags.reserved spec.targets[0].tags["aws:x"]' },
    { tags: '{ "AWS:x": a }', problem: '9:15 tags.reserved spec.targets[0].tags["AWS:x"]' },
    {
      tags: '{ rolecall.dev/mapping: a }',
      problem: '9:15 tags.reserved spec.targets[0].tags["rolecall.dev/mapping"]',
    },
    { tags: '{ "a;b": c }', problem: '9:15 tags.key spec.targets[0].tags["a;b"]' },
    { tags: '{ a: "{cluster}" }', problem: '9:18 tags.value spec.targets[0].tags.a' },
    { tags: `{ ${many} }`, problem: '9:13 tags.count spec.targets[0].tags' },
  ])('are told of tags: $tags', ({ tags, problem }) => {
    const text = withTargets(`    - clusters: all\n      roleArn: ${ROLE}\n      tags: ${tags}`);
    expect(briefly(text)).toEqual([problem]);
  });

  it('allows the 48 tags that AWS has room for beside our own two', () => {
    const tags = many.replace('k48: v', '');
    expect(
      briefly(withTargets(`    - clusters: all\n      roleArn: ${ROLE}\n      tags: { ${tags} }`)),
    ).toEqual([]);
  });

  it.each([
    { policy: '{}', problem: '10:15 policy.document spec.targets[0].policy' },
    { policy: '"{"', problem: '10:15 policy.document spec.targets[0].policy' },
    { policy: '42', problem: '10:15 policy.document spec.targets[0].policy' },
    { policy: `'{"Statement":[],"Statement":[]}'`, problem: '10:15 policy.document spec.targets[0].policy' },
    { policy: '{ Statement: [] }', problem: '10:28 policy.document spec.targets[0].policy.Statement' },
    {
      policy: '{ Statement: [{ Effect: Allow, Action: "*", Resource: "*", Principal: "*" }] }',
      problem: '10:85 policy.document spec.targets[0].policy.Statement[0].Principal',
    },
    {
      policy:
        '{ Statement: { Effect: Deny, Action: "*", Resource: "*", Condition: { StringEquals: { a: 012 } } } }',
      problem: '10:104 policy.number spec.targets[0].policy.Statement.Condition.StringEquals.a',
    },
    {
      policy: '{ Statement: { Effect: Deny, Action: "*", Resource: "arn:aws:s3:::x-{account}" } }',
      problem: '10:15 policy.template spec.targets[0].policy',
    },
  ])('are told of policy: $policy', ({ policy, problem }) => {
    const text = withTargets(`    - clusters: all
      roleArn: ${ROLE}
      disableSessionTags: true
      policy: ${policy}`);
    expect(briefly(text)).toEqual([problem]);
  });

  it('are told when a session policy comes with session tags', () => {
    const text = withTargets(`    - clusters: all
      roleArn: ${ROLE}
      policy: { Statement: { Effect: Deny, Action: "*", Resource: "*" } }`);
    expect(problemsOf(text)).toEqual([
      {
        file: 'm.yaml',
        line: 9,
        column: 15,
        path: 'spec.targets[0].policy',
        rule: 'policy.sessionTags',
        severity: 'error',
        message: 'EKS takes a session policy only without session tags: add disableSessionTags: true',
      },
    ]);
  });

  it.each([
    {
      when: 'no account of the selector is the role’s',
      accounts: '["444455556666"]',
      problems: ['8:16 role.otherAccount spec.targets[0].roleArn'],
    },
    {
      when: 'only one of them is',
      accounts: '["111122223333", "444455556666"]',
      problems: ['8:16 role.otherAccount spec.targets[0].roleArn'],
    },
    { when: 'it is the only one', accounts: '["111122223333"]', problems: [] },
  ])('are told of a role in another account: $when', ({ accounts, problems }) => {
    const text = withTargets(`    - clusters: { accounts: ${accounts} }
      roleArn: arn:{partition}:iam::111122223333:role/x`);
    expect(briefly(text)).toEqual(problems);
  });

  it('warn of targets that never come first', () => {
    const text = withTargets(`    - clusters: { names: [a], regions: [eu-west-1] }
      roleArn: ${ROLE}
    - clusters: { regions: [eu-west-1], names: [a] }
      roleArn: ${ROLE}
    - clusters: all
      roleArn: ${ROLE}
    - clusters: { names: [b] }
      roleArn: ${ROLE}`);
    const { mappings, problems } = parseManifests([{ path: 'm.yaml', text }]);
    expect(mappings).toHaveLength(1);
    expect(problems).toMatchObject([
      { line: 9, path: 'spec.targets[1]', rule: 'target.unreachable', severity: 'warning' },
      { line: 13, path: 'spec.targets[3]', rule: 'target.unreachable', severity: 'warning' },
    ]);
    expect(problems.map(({ message }) => message)).toEqual([
      'this target is never used, because targets[0] selects the same clusters and the first match wins: move it up, or remove it',
      'this target is never used, because targets[2] already selects every cluster and the first match wins: move it up, or remove it',
    ]);
  });
});

describe('problems of the set', () => {
  const manifest = withTargets(`    - { clusters: all, roleArn: "${ROLE}" }\n`);
  const broken = manifest.replace('team: payments', 'teem: payments');
  const inLab = manifest.replace('serviceAccount: api', 'serviceAccount: api, clusterSet: lab');

  it('refuses two mappings for one key and names both places', () => {
    const { mappings, problems } = parseManifests([
      { path: 'b.yaml', text: `\n\n${manifest}` },
      { path: 'a.yaml', text: `${inLab}---\n${manifest}` },
    ]);
    expect(mappings.map(({ key }) => key.clusterSet)).toEqual(['lab']);
    expect(problems).toEqual([
      {
        file: 'a.yaml',
        line: 11,
        column: 11,
        path: 'metadata',
        rule: 'mapping.duplicate',
        severity: 'error',
        message:
          'default/payments/api is mapped twice, at b.yaml:5 and at a.yaml:11: keep one mapping, with a target for each case',
      },
    ]);
  });

  it('refuses a second mapping also when the first is wrong otherwise', () => {
    const { mappings, problems } = parseManifests([
      { path: 'a.yaml', text: broken },
      { path: 'b.yaml', text: manifest },
    ]);
    expect(mappings).toEqual([]);
    expect(problems.map(({ file, line, rule }) => [file, line, rule])).toEqual([
      ['a.yaml', 5, 'field.unknown'],
      ['b.yaml', 3, 'mapping.duplicate'],
    ]);
  });

  it('sorts by file, line and column', () => {
    const worst = `${HEAD}spec: { team: a/b, mode: x, targets: [{ clusters: {}, roleArn: y }] }`;
    const { problems } = parseManifests([
      { path: 'z.yaml', text: 'kind: x' },
      { path: 'a.yaml', text: worst },
    ]);
    expect(problems.map(({ file, line, column }) => `${file}:${line}:${column}`)).toEqual([
      'a.yaml:4:15',
      'a.yaml:4:26',
      'a.yaml:4:51',
      'a.yaml:4:64',
      'z.yaml:1:1',
      'z.yaml:1:7',
    ]);
  });
});

describe('messages', () => {
  it.each([
    {
      line: 'serviceAcount: api',
      says: 'there is no field serviceAcount here: did you mean serviceAccount?',
    },
    { line: 'team: x', says: 'there is no field team here: it belongs in spec' },
    {
      line: 'colour: x',
      says: 'there is no field colour here: the fields here are namespace, serviceAccount, clusterSet',
    },
  ])('say where $line belongs', ({ line, says }) => {
    const text = `apiVersion: rolecall.dev/v1
kind: Mapping
metadata:
  namespace: a
  ${line}
spec: { team: a, targets: [{ clusters: all, roleArn: "${ROLE}" }] }`;
    expect(problemsOf(text).map(({ message }) => message)).toContain(says);
  });

  it.each([
    {
      clusters: '{ accounts: [012345678901] }',
      says: 'an item of accounts is text, and here is the number 012345678901: write it in quotes, "012345678901"',
    },
    { clusters: '{ matchLabels: { a: no } }', says: undefined },
    {
      clusters: '{ matchLabels: { a: yes, b: true } }',
      says: 'b is text, and here is true: write it in quotes, "true"',
    },
    { clusters: '{ names: a }', says: 'names is a list, and here is "a": write ["a"]' },
    {
      clusters: '{ matchExpressions: [{ key: a, operator: notin, values: [b] }] }',
      says: 'operator is "notin": did you mean NotIn?',
    },
    {
      clusters: '{}',
      says: 'an empty selector is not everything: write `clusters: all`, or say which clusters',
    },
  ])('say what to write instead of clusters: $clusters', ({ clusters, says }) => {
    expect(problemsOf(withTargets(`    - { clusters: ${clusters}, roleArn: "${ROLE}" }`))[0]?.message).toBe(
      says,
    );
  });
});
