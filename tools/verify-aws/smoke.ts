import { type Association, associationOf, eks } from './eks-lines.ts';
import { KEY, type Names } from './names.ts';
import type { VerifyOptions } from './options.ts';
import { type Answer, PRETEND } from './probe-eks.ts';
import { must, type Shell } from './shell.ts';

/** CloudTrail takes seconds to minutes to tell EventBridge (facts §6.4). */
const PATIENCE_SECONDS = 900;

/** Somebody swaps the role, then deletes the association; each time the hub has to put it back. Answers how long it took. */
export async function smoke(shell: Shell, options: VerifyOptions, names: Names): Promise<readonly Answer[]> {
  const made = await shell.until('the association is made', PATIENCE_SECONDS, async () => await isRight());
  const swap = ['--association-id', await idOf(), '--role-arn', names.wrongRole];
  const text = await must(shell, eks(options, 'update-pod-identity-association', ...swap), PRETEND);
  const { modifiedAt } = associationOf(text);
  // EKS may go on showing what was there before (facts §1.5): the swap must have been followed by another change.
  const swapped = await shell.until('the role is put back', PATIENCE_SECONDS, async () =>
    isRight((association) => association.modifiedAt !== modifiedAt),
  );
  const gone = await idOf();
  await must(shell, eks(options, 'delete-pod-identity-association', '--association-id', gone));
  const deleted = await shell.until('the association is made again', PATIENCE_SECONDS, async () =>
    isRight((association) => association.associationId !== gone),
  );
  return [
    { question: 'enrolment to association, seconds', answer: String(made) },
    { question: 'role swap to repair, seconds', answer: String(swapped) },
    { question: 'deletion to repair, seconds', answer: String(deleted) },
  ];

  async function idOf(): Promise<string> {
    const key = ['--namespace', KEY.namespace, '--service-account', KEY.serviceAccount];
    const first = ['--query', 'associations[0].associationId', '--output', 'text'];
    return await must(
      shell,
      eks(options, 'list-pod-identity-associations', ...key, ...first),
      'a-0123456789abcdefg',
    );
  }

  async function isRight(andSo: (association: Association) => boolean = () => true): Promise<boolean> {
    const id = await idOf();
    if (!id.startsWith('a-')) return false;
    const line = eks(options, 'describe-pod-identity-association', '--association-id', id);
    const { ok, stdout } = await shell.ask(line, PRETEND);
    if (!ok || options.dryRun) return ok;
    const association = associationOf(stdout);
    return association.roleArn === names.rightRole && andSo(association);
  }
}
