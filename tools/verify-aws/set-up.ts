import { type Names, ROLE_PATH } from './names.ts';
import type { VerifyOptions } from './options.ts';
import { CommandFailed, must, type Shell } from './shell.ts';

/** Looks before anything is made: whose account it is, that a trail records, and that the cluster is there (or is not). */
export async function preflight(shell: Shell, options: VerifyOptions): Promise<void> {
  const { account, cluster, region, subnets } = options;
  const identity = ['aws', 'sts', 'get-caller-identity', '--query', 'Account', '--output', 'text'];
  const caller = await must(shell, identity, account);
  if (caller !== account) throw new CommandFailed(`the credentials are of ${caller}, and not of ${account}`);
  const query = ['--query', 'trailList[?IsMultiRegionTrail].Name', '--output', 'text'];
  const trails = await must(
    shell,
    ['aws', 'cloudtrail', 'describe-trails', '--region', region, ...query],
    'trail',
  );
  if (trails === '') {
    throw new CommandFailed('no trail covers every region: EventBridge would get no events (docs/deploy.md)');
  }
  const describe = ['aws', 'eks', 'describe-cluster', '--region', region, '--name', cluster];
  const { ok, stderr } = await shell.ask([...describe, '--query', 'cluster.status']);
  if (subnets === undefined && !ok) throw new CommandFailed(stderr.trim());
  if (subnets !== undefined && ok && !options.dryRun) {
    throw new CommandFailed(`${cluster} is there already: it would be deleted at the end`);
  }
}

/** Roles, the cluster if asked for, the hub, and the spoke's roles. */
export async function setUp(shell: Shell, options: VerifyOptions, names: Names): Promise<void> {
  const { stage, account, region } = options;
  for (const [name, trust] of Object.entries(names.roles)) {
    const role = ['--role-name', name, '--path', ROLE_PATH];
    await must(shell, [
      'aws',
      'iam',
      'create-role',
      ...role,
      '--assume-role-policy-document',
      JSON.stringify(trust),
    ]);
  }
  if (options.subnets !== undefined) await makeCluster(shell, options, names, options.subnets);
  await must(shell, ['npx', 'sst', 'deploy', '--stage', stage]);
  const parameters = {
    HubAccount: account,
    HubRegion: region,
    HomeRegion: region,
    Installation: stage,
    ExternalId: `rolecall-${stage}`,
    PassableRoles: `${ROLE_PATH.slice(1)}*`,
  };
  await must(shell, [
    ...['aws', 'cloudformation', 'deploy', '--region', region, '--stack-name', names.spokeStack],
    ...['--template-file', 'stacks/spoke.yaml', '--capabilities', 'CAPABILITY_NAMED_IAM'],
    '--parameter-overrides',
    ...Object.entries(parameters).map(([name, value]) => `${name}=${value}`),
  ]);
}

async function makeCluster(
  shell: Shell,
  { cluster, region, account }: VerifyOptions,
  { clusterRole }: Names,
  subnets: readonly string[],
): Promise<void> {
  const trust = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service: 'eks.amazonaws.com' }, Action: 'sts:AssumeRole' }],
  };
  const role = ['--role-name', clusterRole];
  await must(shell, [
    'aws',
    'iam',
    'create-role',
    ...role,
    '--assume-role-policy-document',
    JSON.stringify(trust),
  ]);
  const policy = ['--policy-arn', 'arn:aws:iam::aws:policy/AmazonEKSClusterPolicy'];
  await must(shell, ['aws', 'iam', 'attach-role-policy', ...role, ...policy]);
  const eks = (...words: readonly string[]) => [
    'aws',
    'eks',
    ...words,
    '--region',
    region,
    '--name',
    cluster,
  ];
  const vpc = ['--resources-vpc-config', `subnetIds=${subnets.join(',')}`];
  const roleArn = `arn:aws:iam::${account}:role/${clusterRole}`;
  await must(shell, [...eks('create-cluster'), '--role-arn', roleArn, ...vpc]);
  await must(shell, eks('wait', 'cluster-active'));
}
