import { eks } from './eks-lines.ts';
import { KEY, type Names } from './names.ts';
import type { VerifyOptions } from './options.ts';
import { quoted, type Shell } from './shell.ts';

/** Takes away everything that a run made. Goes on where something fails. Answers what is left, as commands to run by hand. */
export async function cleanUp(
  shell: Shell,
  options: VerifyOptions,
  names: Names,
): Promise<readonly string[]> {
  const left: string[] = [];
  const remove = async (command: readonly string[], gone = /$^/): Promise<void> => {
    const { ok, stderr } = await shell.ask(command);
    if (!ok && !gone.test(stderr)) left.push(quoted(command));
  };
  // The hub first: while it runs, it puts back what is deleted.
  await remove(['npx', 'sst', 'remove', '--stage', options.stage]);
  await removeAssociations(shell, options, remove, left);
  const stack = ['--region', options.region, '--stack-name', names.spokeStack];
  await remove(['aws', 'cloudformation', 'delete-stack', ...stack]);
  await remove(['aws', 'cloudformation', 'wait', 'stack-delete-complete', ...stack]);
  if (options.subnets !== undefined) await removeCluster(options, names, remove);
  for (const role of Object.keys(names.roles)) {
    await remove(['aws', 'iam', 'delete-role', '--role-name', role], /NoSuchEntity/);
  }
  return left;
}

type Remove = (command: readonly string[], gone?: RegExp) => Promise<void>;

async function removeAssociations(
  shell: Shell,
  options: VerifyOptions,
  remove: Remove,
  left: string[],
): Promise<void> {
  const filter = [
    '--namespace',
    KEY.namespace,
    '--query',
    'associations[].associationId',
    '--output',
    'text',
  ];
  const list = eks(options, 'list-pod-identity-associations', ...filter);
  const { ok, stdout, stderr } = await shell.ask(list, 'a-0123456789abcdefg');
  if (!ok && !/No cluster found/.test(stderr)) left.push(quoted(list));
  for (const id of stdout.split(/\s+/).filter((word) => word.startsWith('a-'))) {
    await remove(eks(options, 'delete-pod-identity-association', '--association-id', id), /ResourceNotFound/);
  }
}

async function removeCluster(
  { cluster, region }: VerifyOptions,
  { clusterRole }: Names,
  remove: Remove,
): Promise<void> {
  await remove(['aws', 'eks', 'delete-cluster', '--region', region, '--name', cluster], /ResourceNotFound/);
  await remove(['aws', 'eks', 'wait', 'cluster-deleted', '--region', region, '--name', cluster]);
  const policy = ['--policy-arn', 'arn:aws:iam::aws:policy/AmazonEKSClusterPolicy'];
  await remove(['aws', 'iam', 'detach-role-policy', '--role-name', clusterRole, ...policy], /NoSuchEntity/);
  await remove(['aws', 'iam', 'delete-role', '--role-name', clusterRole], /NoSuchEntity/);
}
