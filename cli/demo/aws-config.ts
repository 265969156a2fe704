import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DATA, PAYMENTS, PLATFORM } from '#sandbox/seed/demo-clusters.ts';

/** The three accounts of the demo fleet as profiles of the AWS configuration. */
export const DEMO_PROFILES = [
  { profile: 'payments-prod', account: PAYMENTS },
  { profile: 'platform', account: PLATFORM },
  { profile: 'data', account: DATA },
] as const;

export const DEMO_REGIONS = ['eu-west-1', 'us-east-1'] as const;

const USUAL_PORT = '4566';

/**
 * The text of a configuration file that any AWS client understands. An access key of twelve digits names its account
 * to the sandbox.
 */
function awsConfigText(url: string): string {
  const sections = DEMO_PROFILES.map(({ profile, account }) =>
    [
      `[profile ${profile}]`,
      `region = ${DEMO_REGIONS[0]}`,
      `endpoint_url = ${url}`,
      `aws_access_key_id = ${account}`,
      'aws_secret_access_key = sandbox',
    ].join('\n'),
  );
  return `# Written by "rolecall demo": the accounts of the fleet that it plays. Nothing in here is a secret.\n${sections.join('\n\n')}\n`;
}

/** Writes the configuration below `folder` and answers its path; two demonstrations on two ports have one each. */
export function writeAwsConfig(folder: string, url: string): string {
  const target = join(folder, '.rolecall', 'demo');
  mkdirSync(target, { recursive: true });
  const { port } = new URL(url);
  const path = join(target, port === USUAL_PORT ? 'aws-config' : `aws-config-${port}`);
  writeFileSync(path, awsConfigText(url));
  return path;
}
