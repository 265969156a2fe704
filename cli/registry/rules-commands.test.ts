import { beforeEach, describe, expect, it } from 'vitest';
import { ALICE, CliRegistry } from '#test/builders/a-cli-registry.ts';

const HEAD = 'apiVersion: rolecall.dev/v1\nkind: EnrolmentRule\n';
const rule = (name: string, spec: string) => `${HEAD}metadata: { name: ${name} }\nspec: ${spec}\n`;
const LAB = rule('lab', '{ priority: 10, clusters: { matchLabels: { env: lab } }, mode: enforce }');
const LAB_OBSERVED = LAB.replace('enforce', 'observe');
const PROD = rule(
  'prod',
  '{ priority: 20, clusters: { accounts: ["111122223333", "444455556666"], regions: [eu-west-1], matchExpressions: [{ key: tier, operator: NotIn, values: [gold] }] }, mode: observe }',
);
const MAPPING = `apiVersion: rolecall.dev/v1
kind: Mapping
metadata: { namespace: payments, serviceAccount: api }
spec: { team: payments, targets: [{ clusters: all, roleArn: "arn:aws:iam::{account}:role/api" }] }
`;

let cli: CliRegistry;
beforeEach(() => {
  cli = new CliRegistry();
});
const load = (texts: readonly string[], words = '--yes') =>
  cli.run(`registry load -f - ${words}`.trim(), { stdin: texts.join('---\n') });
const names = async () => (await cli.run('get rules -o name')).stdout.split('\n').slice(0, -1);
const audit = async () =>
  (await cli.registry.auditOfCluster(undefined)).items.map(({ action, by, why, detail }) => ({
    action,
    by,
    why,
    detail,
  }));

describe('rolecall registry load, of enrolment rules', () => {
  it('shows them, says what enforce means, loads them, and does nothing the second time', async () => {
    expect(await load([LAB, PROD])).toEqual({
      exitCode: 0,
      asked: [],
      stderr: '',
      stdout: `  + rule lab  priority 10, enforce, clusters: env=lab
  + rule prod  priority 20, observe, clusters: tier notin (gold), account in (111122223333, 444455556666), region eu-west-1
  ! with enforce, what is ours is put right on a new cluster before anybody has looked at it; the brake bounds it
2 enrolment rules new, 0 changed, 0 there already (installation production, eu-west-1)
Rules loaded: they count for clusters that are enrolled from now on.
`,
    });
    const writes = cli.registry.writes;
    expect((await load([LAB, PROD], '')).stdout).toBe(
      '0 enrolment rules new, 0 changed, 2 there already (installation production, eu-west-1)\n',
    );
    expect(cli.registry.writes).toBe(writes);
  });

  it('replaces one of the same name, shows what it was, and leaves the others', async () => {
    await load([LAB, PROD], '--yes --reason first');
    const { stdout } = await load([LAB_OBSERVED], '--yes --reason second');
    expect(stdout).toContain(
      '  ~ rule lab  priority 10, enforce, clusters: env=lab  ►  priority 10, observe, clusters: env=lab\n0 enrolment rules new, 1 changed, 0 there already',
    );
    expect(await names()).toEqual(['lab', 'prod']);
    expect((await audit())[0]).toEqual({
      action: 'enrolmentRuleLoaded',
      by: ALICE,
      why: 'second',
      detail: 'lab: priority 10, observe, {"matchLabels":{"env":"lab"}}',
    });
  });

  it('loads mappings of the same files, too', async () => {
    const { stdout } = await load([MAPPING, LAB]);
    expect(stdout).toContain('1 mapping to load as revision 1, 0 mappings there already');
    expect(stdout).toContain('1 enrolment rule new, 0 changed, 0 there already');
    expect((await cli.run('get mappings -o name')).stdout).toBe('default/payments/api\n');
    expect(await names()).toEqual(['lab']);
  });

  it.each([
    { when: 'there is nobody to ask', words: '', texts: [LAB], says: 'add --yes' },
    { when: 'a rule is faulty', words: '--yes', texts: [LAB, LAB], says: 'nothing was loaded' },
    {
      when: 'there is nothing in the files',
      words: '--yes',
      texts: ['# nothing\n'],
      says: 'there is no mapping and no rule',
    },
  ])('writes nothing when $when', async ({ words, texts, says }) => {
    const { exitCode, stderr } = await load(texts, words);
    expect(stderr).toContain(says);
    expect({ exitCode, writes: cli.registry.writes }).toEqual({ exitCode: 1, writes: 0 });
  });

  it('refuses a priority that a rule of the registry has', async () => {
    await load([LAB]);
    const { exitCode, stderr } = await load([LAB.replace('name: lab', 'name: dev')]);
    expect(stderr).toContain('the rules lab and dev would have the same priority');
    expect(exitCode).toBe(1);
    expect(await names()).toEqual(['lab']);
  });
});

describe('rolecall get rules', () => {
  it('lists them in the order in which they are asked', async () => {
    const all = rule('rest', '{ priority: 900, clusters: all, mode: observe }');
    await load([all, LAB]);
    expect((await cli.run('get rules')).stdout).toBe(`NAME  PRIORITY  MODE     CLUSTERS  AGE  BY
lab   10        enforce  env=lab   0s   alice (Admin)
rest  900       observe  all       0s   alice (Admin)
`);
  });

  it('says that there are none, and what that means', async () => {
    expect(await cli.run('get rules')).toMatchObject({
      exitCode: 0,
      stdout: '',
      stderr: 'There are no enrolment rules: every new cluster begins in mode observe.\n',
    });
  });

  it.each(['rules --cluster c1', 'enrolments -l env=lab'])('is not by cluster: %s', async (words) => {
    expect(await cli.run(`get ${words}`)).toMatchObject({ exitCode: 1, stdout: '' });
  });
});

describe('rolecall delete rule', () => {
  it('takes it out, and writes down what it was', async () => {
    await load([LAB, PROD]);
    const { exitCode, stdout } = await cli.run('delete rule lab --reason gone');
    expect(
      stdout,
    ).toBe(`Rule lab is deleted. Clusters that are enrolled keep their mode. Left: prod (observe).
  Deleted by alice (Admin): gone
`);
    expect(exitCode).toBe(0);
    expect((await audit())[0]).toEqual({
      action: 'enrolmentRuleRemoved',
      by: ALICE,
      why: 'gone',
      detail: 'lab: priority 10, enforce, {"matchLabels":{"env":"lab"}}',
    });
    expect((await cli.run('delete rule prod --reason gone')).stdout).toContain(
      'None is left: every new cluster begins in mode observe.',
    );
  });

  it.each([
    { words: 'rule laab --reason x', says: 'there is no enrolment rule laab\n  did you mean lab?' },
    { words: 'rule lab', says: '--reason' },
    { words: 'mapping lab --reason x', says: 'Allowed choices are rule' },
  ])('refuses $words', async ({ words, says }) => {
    await load([LAB]);
    const { exitCode, stderr } = await cli.run(`delete ${words}`);
    expect(stderr).toContain(says);
    expect(exitCode).toBe(1);
    expect(await names()).toEqual(['lab']);
  });
});
