import { commandLine } from '#cli/text/shell-quote.ts';
import { HUB, STAGE } from './fleet.ts';

export interface HowToPlay {
  readonly url: string;
  /** An AWS configuration with a profile for each account, relative to where the person is. */
  readonly configPath: string;
  /** Of `orders/api` on `shop-prod-euw1`. */
  readonly associationId: string;
  readonly logFolder: string;
  readonly platform: NodeJS.Platform;
}

const CLUSTER = 'shop-prod-euw1';
const PROFILE = 'payments-prod';

/** What to type in another terminal: cause a drift, see what Rolecall knows, stop it. */
export function howToPlay(how: HowToPlay): readonly string[] {
  const { url, configPath, associationId, logFolder, platform } = how;
  const line = (...words: readonly string[]) => `  ${commandLine(words, platform)}`;
  const ours = (...words: readonly string[]) => line('npx', 'rolecall', ...words);
  const roleArn = `arn:aws:iam::${HUB}:role/orders-legacy`;
  const path = `/clusters/${CLUSTER}/pod-identity-associations/${associationId}`;
  return [
    'Play with it, in another terminal:',
    '',
    `  export AWS_CONFIG_FILE=${configPath} AWS_PROFILE=${PROFILE} ROLECALL_INSTALLATION=${STAGE}`,
    '',
    '  # be the one who swaps a role, with the AWS CLI or with curl, and watch this terminal',
    line(
      ...['aws', 'eks', 'update-pod-identity-association', '--cluster-name', CLUSTER],
      ...['--association-id', associationId, '--role-arn', roleArn],
    ),
    line(
      ...['curl', '--aws-sigv4', 'aws:amz:eu-west-1:eks', '--user', `${HUB}:sandbox`],
      ...['--json', JSON.stringify({ roleArn }), `${url}${path}`],
    ),
    '',
    '  # what does Rolecall know?',
    ours('get', 'findings'),
    ours('get', 'associations', '--cluster', CLUSTER),
    ours('describe', 'mapping', 'orders/api'),
    ours('who-uses', `arn:aws:iam::${HUB}:role/orders-api-prod`),
    ours('audit', '--cluster', CLUSTER),
    '',
    '  # stop every write, swap the role again, and let it go on',
    ours('freeze', '--reason', 'trying it out'),
    ours('unfreeze', '--reason', 'tried'),
    '',
    `The functions' own logs are in ${logFolder}.`,
  ];
}
