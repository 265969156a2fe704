import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isRunning } from '#sandbox/is-running.ts';
import { DATA, PAYMENTS, PLATFORM } from '#sandbox/seed/demo-clusters.ts';

/** The three accounts of the demo fleet as profiles of the AWS configuration. */
export const DEMO_PROFILES = [
  { profile: 'payments-prod', account: PAYMENTS },
  { profile: 'platform', account: PLATFORM },
  { profile: 'data', account: DATA },
] as const;

export const DEMO_REGIONS = ['eu-west-1', 'us-east-1'] as const;

const USUAL_PORT = '4566';
const WRITTEN_BY = '# Written by process ';

/** A configuration for as long as the fleet is up. */
export interface AwsConfigFile {
  readonly path: string;
  /** Removes it, unless another process has written its own in its place. */
  remove(): void;
}

/**
 * The text of a configuration file that any AWS client understands. An access key of twelve digits names its account
 * to the sandbox.
 */
function awsConfigText(url: string): string {
  const by = `${WRITTEN_BY}${process.pid}`;
  const sections = DEMO_PROFILES.map(({ profile, account }) =>
    [
      `[profile ${profile}]`,
      `region = ${DEMO_REGIONS[0]}`,
      `endpoint_url = ${url}`,
      `aws_access_key_id = ${account}`,
      'aws_secret_access_key = sandbox',
    ].join('\n'),
  );
  return `${by}: the accounts of the fleet that it plays. Nothing in here is a secret.\n${sections.join('\n\n')}\n`;
}

/**
 * Writes the configuration below `folder`; two demonstrations on two ports have one each. Those of processes that ended
 * without removing theirs are removed first.
 */
export function writeAwsConfig(folder: string, url: string): AwsConfigFile {
  const target = join(folder, '.rolecall', 'demo');
  mkdirSync(target, { recursive: true });
  removeForsaken(target);
  const { port } = new URL(url);
  const path = join(target, port === USUAL_PORT ? 'aws-config' : `aws-config-${port}`);
  writeFileSync(path, awsConfigText(url));
  return {
    path,
    remove: () => {
      if (writerOf(path) === process.pid) rmSync(path, { force: true });
    },
  };
}

function removeForsaken(folder: string): void {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    const writer = name.startsWith('aws-config') ? writerOf(path) : undefined;
    if (writer !== undefined && !isRunning(writer)) rmSync(path, { force: true });
  }
}

/** The process that wrote a file; `undefined` when that is not known, or the file is gone. */
function writerOf(path: string): number | undefined {
  try {
    const [line = ''] = readFileSync(path, 'utf8').split('\n');
    const pid = line.startsWith(WRITTEN_BY) ? Number.parseInt(line.slice(WRITTEN_BY.length), 10) : Number.NaN;
    return Number.isNaN(pid) ? undefined : pid;
  } catch {
    return undefined;
  }
}
