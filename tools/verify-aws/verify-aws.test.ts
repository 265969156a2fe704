import { describe, expect, it } from 'vitest';
import { readOptions, UsageError, type VerifyOptions } from './options.ts';
import { redact } from './redact.ts';
import { dryShell, quoted, type Shell } from './shell.ts';
import { verifyAws } from './verify.ts';

const ACCOUNT = '999988887777';
const OPTIONS: VerifyOptions = {
  stage: 'verify',
  cluster: 'lab-7',
  account: ACCOUNT,
  region: 'eu-west-1',
  dryRun: true,
  yes: false,
};
const never = () => Promise.reject(new Error('a dry run asks nobody'));
const now = () => new Date('2026-11-20T10:00:00Z');

async function dryRun(options: VerifyOptions): Promise<readonly string[]> {
  const lines: string[] = [];
  const shell = dryShell((line) => lines.push(line));
  expect(await verifyAws(options, { shell, confirm: never, now })).toBe(true);
  return lines.flatMap((line) => line.split('\n')).map((line) => line.trim());
}

const commands = (lines: readonly string[]) =>
  lines.filter((line) => line.startsWith('$ ')).map((line) => line.slice(2));

/** A shell in which every command works but those that match; it remembers what it was asked. */
function failingShell(fails: RegExp) {
  const asked: string[] = [];
  const said: string[] = [];
  const dry = dryShell((line) => said.push(line));
  const shell: Shell = {
    ...dry,
    ask: async (command, pretend) => {
      asked.push(quoted(command));
      const answer = await dry.ask(command, pretend);
      return fails.test(quoted(command)) ? { ok: false, stdout: '', stderr: 'AccessDenied' } : answer;
    },
  };
  return { shell, asked, said };
}

describe('a dry run', () => {
  it('prints every part and calls nothing', async () => {
    const lines = await dryRun(OPTIONS);
    expect(lines.filter((line) => /^\d\. /.test(line))).toEqual([
      '1. Looking',
      '2. Asking',
      '3. Deploying',
      '4. Breaking, and watching it being repaired',
      '5. Asking EKS what nobody has confirmed',
      '6. Capturing what CloudTrail recorded',
      '7. Taking everything away',
    ]);
    expect(lines).toContain('load the mapping, and enrol lab-7 in enforce');
    expect(lines).toContain('write test/fixtures/captured: records and answers.json');
  });

  it('says which questions a real run would answer, and answers none of them', async () => {
    const lines = await dryRun(OPTIONS);
    expect(lines.slice(lines.indexOf('A real run would answer:') + 1)).toEqual([
      'enrolment to association, seconds',
      'role swap to repair, seconds',
      'deletion to repair, seconds',
      '§1.3 clearing a policy with an empty string',
      '§1.4 update that changes nothing',
      '§1.4 update with no field',
      '§1.4 same key again',
      '§1.4 association missing',
      '§2 a tag moves modifiedAt',
      '§1.2 disableSessionTags is told',
      '§4.1 trust on aws:SourceArn of the cluster is accepted',
      '§4.1 trust on aws:SourceArn of the association is accepted',
      '§1.5 edit of an association that an add-on owns',
      '§12.1 CreatePodIdentityAssociation',
      '§12.1 UpdatePodIdentityAssociation',
      '§12.1 DeletePodIdentityAssociation',
      '§12.1 TagResource',
      '§12.1 CreateRole',
      '§12.1 UntagRole',
      '§12.1 PutRolePermissionsBoundary',
      '§12.1 DeleteRolePermissionsBoundary',
      '',
      'dry run: nothing was measured',
    ]);
  });

  it('names what it makes after the stage, once', async () => {
    const made = commands(await dryRun(OPTIONS)).filter((line) => line.startsWith('aws iam create-role'));
    expect(made.map((line) => line.split(' ')[4])).toEqual([
      'rolecall-verify-trial-right',
      'rolecall-verify-trial-wrong',
      'rolecall-verify-trial-source-cluster',
      'rolecall-verify-trial-source-association',
    ]);
  });

  it('prints the commands by which it deploys, in order', async () => {
    const said = commands(await dryRun(OPTIONS));
    const at = (start: string) => said.findIndex((line) => line.startsWith(start));
    expect(at('aws sts get-caller-identity')).toBe(0);
    expect(at('npx sst deploy --stage verify')).toBeGreaterThan(at('aws iam create-role'));
    expect(at('aws cloudformation deploy')).toBeGreaterThan(at('npx sst deploy'));
    expect(said[at('aws cloudformation deploy')]).toContain(
      `--parameter-overrides HubAccount=${ACCOUNT} HubRegion=eu-west-1 HomeRegion=eu-west-1 Installation=verify ExternalId=rolecall-verify 'PassableRoles=rolecall-verify/*'`,
    );
  });

  it('removes the hub before the associations, which it would put back', async () => {
    const said = commands(await dryRun(OPTIONS));
    const removed = said.slice(said.indexOf('npx sst remove --stage verify'));
    expect(removed.map((line) => line.split(' ').slice(1, 3).join(' '))).toEqual([
      'sst remove',
      'eks list-pod-identity-associations',
      'eks delete-pod-identity-association',
      'cloudformation delete-stack',
      'cloudformation wait',
      'iam delete-role',
      'iam delete-role',
      'iam delete-role',
      'iam delete-role',
    ]);
  });

  it('makes and deletes a cluster only when it was asked to', async () => {
    const without = commands(await dryRun(OPTIONS)).join('\n');
    expect(without).not.toMatch(/create-cluster|delete-cluster|attach-role-policy/);
    const made = commands(await dryRun({ ...OPTIONS, subnets: ['subnet-1', 'subnet-2'] })).join('\n');
    expect(made).toContain('--resources-vpc-config subnetIds=subnet-1,subnet-2');
    expect(made).toContain('aws eks delete-cluster --region eu-west-1 --name lab-7');
    expect(made).toContain('aws iam delete-role --role-name rolecall-verify-trial-cluster');
  });
});

describe('a run', () => {
  const real = { ...OPTIONS, dryRun: false, yes: true };

  it('takes everything away, and fails, when something fails on the way', async () => {
    const { shell, asked, said } = failingShell(/sst deploy/);
    expect(await verifyAws(real, { shell, confirm: never, now })).toBe(false);
    expect(asked).toContain('npx sst remove --stage verify');
    expect(asked.at(-1)).toContain('aws iam delete-role');
    expect(said.join('\n')).toContain('Failed: npx sst deploy --stage verify\nAccessDenied');
  });

  it('goes on taking away where that fails, and says what is left', async () => {
    const { shell, asked, said } = failingShell(/sst deploy|sst remove|delete-stack/);
    expect(await verifyAws(real, { shell, confirm: never, now })).toBe(false);
    expect(asked.at(-1)).toContain('aws iam delete-role');
    expect(
      said
        .at(-1)
        ?.split('\n')
        .map((line) => line.trim()),
    ).toEqual([
      '',
      'Still there, to be removed by hand:',
      'npx sst remove --stage verify',
      'aws cloudformation delete-stack --region eu-west-1 --stack-name rolecall-verify-spoke',
    ]);
  });

  it('makes nothing when nobody agrees', async () => {
    const { shell, asked } = failingShell(/create|deploy/);
    const options = { ...real, yes: false };
    expect(await verifyAws(options, { shell, confirm: async () => false, now })).toBe(false);
    expect(asked.filter((line) => /create|deploy|delete|remove/.test(line))).toEqual([]);
  });

  it.each([
    { what: 'another account', answer: '000000000000', says: 'the credentials are of 000000000000' },
    { what: 'no answer', answer: '', says: 'the credentials are of ' },
  ])('does nothing with $what', async ({ answer, says }) => {
    const { shell, asked } = failingShell(/$^/);
    const ask: Shell['ask'] = async (command) => {
      asked.push(quoted(command));
      return { ok: true, stdout: answer, stderr: '' };
    };
    await expect(verifyAws(real, { shell: { ...shell, ask }, confirm: never, now })).rejects.toThrow(says);
    expect(asked).toHaveLength(1);
  });
});

describe('the command line', () => {
  const needed = ['--account', ACCOUNT, '--cluster', 'lab-7'];

  it('has defaults', () => {
    expect(readOptions(needed)).toEqual({ ...OPTIONS, dryRun: false });
  });

  it.each([
    { args: ['--cluster', 'c'], says: '--account needs 12 digits' },
    { args: ['--account', ACCOUNT], says: '--cluster is needed' },
    { args: [...needed, '--stage', 'production'], says: '"production" is no throw-away stage' },
    { args: [...needed, '--create-cluster'], says: '--create-cluster and --subnets go together' },
    { args: [...needed, '--subnets', 'a,b'], says: '--create-cluster and --subnets go together' },
    { args: [...needed, '--force'], says: "Unknown option '--force'" },
  ])('refuses $args', ({ args, says }) => {
    expect(() => readOptions(args)).toThrow(UsageError);
    expect(() => readOptions(args)).toThrow(says);
  });
});

describe('redaction', () => {
  const safe = (text: string) => redact(text, { account: ACCOUNT, cluster: 'eks' });

  it.each([
    { text: `"accountId":"${ACCOUNT}"`, becomes: '"accountId":"111122223333"' },
    { text: '"accessKeyId":"ASIAQWERTYUIOPASDFGH"', becomes: '"accessKeyId":"ASIAEXAMPLEEXAMPLE00"' },
    {
      text: '"principalId":"AROAQWERTYUIOPASDFGH:jo"',
      becomes: '"principalId":"AROAEXAMPLEEXAMPLE00:session"',
    },
    { text: '"sourceIPAddress":"198.51.100.23"', becomes: '"sourceIPAddress":"203.0.113.7"' },
    { text: '"sourceIPAddress":"2a02:810a:1:2:3:4:5:6"', becomes: '"sourceIPAddress":"2001:db8::7"' },
    {
      text: `"arn":"arn:aws:sts::${ACCOUNT}:assumed-role/Admin/jo@corp.example"`,
      becomes: '"arn":"arn:aws:sts::111122223333:assumed-role/Admin/session"',
    },
    // The cluster's name, and not the service that is called the same.
    {
      text: '{"name":"eks","eventSource":"eks.amazonaws.com"}',
      becomes: '{"name":"c1","eventSource":"eks.amazonaws.com"}',
    },
    { text: '"podidentityassociation%2Feks%2Fa-1"', becomes: '"podidentityassociation%2Fc1%2Fa-1"' },
    // Times and ids of events are part of the shape.
    { text: '"eventTime":"2026-11-20T10:00:00Z"', becomes: '"eventTime":"2026-11-20T10:00:00Z"' },
  ])('$text', ({ text, becomes }) => {
    expect(safe(text)).toBe(becomes);
  });
});
