import { type Association, associationOf, eks } from './eks-lines.ts';
import { type Names, PROBE } from './names.ts';
import type { VerifyOptions } from './options.ts';
import { must, type Ran, type Shell } from './shell.ts';

/** An answer to something that nobody has confirmed on a real account, by its place in the fact sheet. */
export interface Answer {
  readonly question: string;
  readonly answer: string;
}

const POLICY = '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"*","Resource":"*"}]}';
const NO_SUCH_ID = 'a-00000000000000000';

/** Puts to EKS what the fact sheet does not know (§12, items 2, 4 and 5), on an association that nobody wishes for. */
export async function probeEks(
  shell: Shell,
  options: VerifyOptions,
  names: Names,
): Promise<readonly Answer[]> {
  const line = (verb: string, ...more: readonly string[]) => eks(options, verb, ...more);
  const key = ['--namespace', PROBE.namespace, '--service-account', PROBE.serviceAccount];
  const create = (role: string, ...more: readonly string[]) =>
    line('create-pod-identity-association', ...key, '--role-arn', role, ...more);
  const about = (id: string) => ['--association-id', id];
  const made = associationOf(
    await must(shell, create(names.rightRole, '--disable-session-tags', '--policy', POLICY), PRETEND),
  );
  const id = about(made.associationId);
  const describe = async () =>
    associationOf(await must(shell, line('describe-pod-identity-association', ...id), PRETEND));
  const update = async (...more: readonly string[]) =>
    await shell.ask(line('update-pod-identity-association', ...id, ...more));
  const answers: Answer[] = [];
  const note = (question: string, answer: string) => answers.push({ question, answer });

  const cleared = await update('--policy', '');
  note(
    '§1.3 clearing a policy with an empty string',
    `${wordOf(cleared)}; then policy: ${(await describe()).policy ?? 'absent'}`,
  );
  note('§1.4 update that changes nothing', wordOf(await update('--role-arn', names.rightRole)));
  note('§1.4 update with no field', wordOf(await update()));
  note('§1.4 same key again', wordOf(await shell.ask(create(names.rightRole))));
  const missing = line('describe-pod-identity-association', ...about(NO_SUCH_ID));
  note('§1.4 association missing', wordOf(await shell.ask(missing)));
  const before = (await describe()).modifiedAt;
  await must(shell, tagLine(options, '--resource-arn', made.associationArn, '--tags', 'rolecall-verify=1'));
  note('§2 a tag moves modifiedAt', before === (await describe()).modifiedAt ? 'no' : 'yes');
  note('§1.2 disableSessionTags is told', String((await describe()).disableSessionTags));
  for (const kind of ['cluster', 'association']) {
    const role = Object.keys(names.roles).find((name) => name.endsWith(`-source-${kind}`)) ?? '';
    const arn = names.rightRole.replace(/[^/]+$/, role);
    note(`§4.1 trust on aws:SourceArn of the ${kind} is accepted`, wordOf(await update('--role-arn', arn)));
  }
  note('§1.5 edit of an association that an add-on owns', await addonEdit(shell, options));
  return answers;
}

/** Changes a role in the ways of which no record is known (§12 item 1): nobody uses it any more. */
export async function leaveRoleRecords(shell: Shell, { rolePrefix }: Names): Promise<void> {
  const iam = (verb: string, ...more: readonly string[]) =>
    must(shell, ['aws', 'iam', verb, '--role-name', `${rolePrefix}wrong`, ...more]);
  await iam('tag-role', '--tags', 'Key=rolecall-verify,Value=1');
  await iam('untag-role', '--tag-keys', 'rolecall-verify');
  const boundary = 'arn:aws:iam::aws:policy/ReadOnlyAccess';
  await iam('put-role-permissions-boundary', '--permissions-boundary', boundary);
  await iam('delete-role-permissions-boundary');
}

/** Asks for the role that it has already: nothing changes if EKS lets it through. */
async function addonEdit(shell: Shell, options: VerifyOptions): Promise<string> {
  const query = ['--query', 'associations[?ownerArn].associationId | [0]', '--output', 'text'];
  const found = await must(
    shell,
    eks(options, 'list-pod-identity-associations', ...query),
    'a-addonowned000000',
  );
  if (found === 'None' || found === '') return 'no add-on on this cluster owns one';
  const id = ['--association-id', found];
  const { roleArn } = associationOf(
    await must(shell, eks(options, 'describe-pod-identity-association', ...id), PRETEND),
  );
  return wordOf(
    await shell.ask(eks(options, 'update-pod-identity-association', ...id, '--role-arn', roleArn)),
  );
}

function tagLine(options: VerifyOptions, ...more: readonly string[]): readonly string[] {
  return ['aws', 'eks', 'tag-resource', '--region', options.region, ...more];
}

function wordOf({ ok, stderr }: Ran): string {
  return ok ? 'accepted' : stderr.trim().replaceAll(/\s+/g, ' ');
}

/** What a dry run goes on with. */
const PRETEND_ASSOCIATION: Association = {
  associationId: 'a-0123456789abcdefg',
  associationArn: 'arn:aws:eks:eu-west-1:111122223333:podidentityassociation/c1/a-0123456789abcdefg',
  roleArn: 'arn:aws:iam::111122223333:role/r1',
};
export const PRETEND = JSON.stringify({ association: PRETEND_ASSOCIATION });
