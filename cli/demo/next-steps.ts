import { DEMO_OWNER } from '#sandbox/seed/demo-fleet.ts';
import type { CheckReport } from '../report/check-report.ts';
import { commandLine } from '../text/shell-quote.ts';

export interface NextStepsInput {
  readonly report: CheckReport;
  readonly url: string;
  readonly configPath: string;
  readonly manifests: string;
  readonly platform: NodeJS.Platform;
}

/** The association that the person is asked to break: present in every run of the demonstration. */
const VICTIM = {
  cluster: 'shop-prod-euw1',
  namespace: 'orders',
  serviceAccount: 'api',
  profile: 'payments-prod',
  region: 'eu-west-1',
};

/** What to try by hand while the fleet is up: break something as a colleague would, find it, repair it, understand it. */
export function nextSteps(input: NextStepsInput): readonly string[] {
  const { platform, manifests, configPath } = input;
  const line = (...words: readonly string[]) => `  ${commandLine(words, platform)}`;
  const variable =
    platform === 'win32'
      ? `  $env:AWS_CONFIG_FILE = "${configPath}"`
      : `  export AWS_CONFIG_FILE=${configPath}`;
  const check = [
    'npx',
    'rolecall',
    'check',
    '-f',
    manifests,
    '--cluster',
    VICTIM.cluster,
    '--profile',
    VICTIM.profile,
    '--owner',
    DEMO_OWNER,
  ];
  return [
    'Try it yourself, in another terminal:',
    '',
    variable,
    '',
    '  # somebody swaps a role behind our back (any AWS client will do; this is curl)',
    line(...swapTheRole(input)),
    '',
    '  # find it, and put it right',
    line(...check),
    line(...check, '--repair'),
    '',
    '  # why does this one get no credentials, and what would fix it?',
    line(
      'npx',
      'rolecall',
      'explain',
      '-f',
      manifests,
      '--cluster',
      'pay-stage-euw1',
      '--profile',
      'platform',
      '--owner',
      DEMO_OWNER,
      'risk/scorer',
    ),
  ];
}

function swapTheRole({ report, url, platform }: NextStepsInput): readonly string[] {
  const cluster = report.clusters.find(({ name }) => name === VICTIM.cluster);
  const victim = cluster?.decisions.find(
    ({ namespace, serviceAccount }) =>
      namespace === VICTIM.namespace && serviceAccount === VICTIM.serviceAccount,
  );
  if (!cluster || !victim?.associationId)
    throw new Error(`${VICTIM.cluster} lacks ${VICTIM.namespace}/${VICTIM.serviceAccount}`);
  const { account } = cluster;
  const body = JSON.stringify({ roleArn: `arn:aws:iam::${account}:role/orders-legacy` });
  return [
    platform === 'win32' ? 'curl.exe' : 'curl',
    '--aws-sigv4',
    `aws:amz:${VICTIM.region}:eks`,
    '--user',
    `${account}:sandbox`,
    '--json',
    body,
    `${url}/clusters/${VICTIM.cluster}/pod-identity-associations/${victim.associationId}`,
  ];
}
