import { delimiter, dirname, join } from 'node:path';

export interface SstEnvironmentOptions {
  /** Where SST keeps what would otherwise lie in the user's home. */
  readonly configHome: string;
  /** The stand-in for AWS; absent while only the platform is prepared. */
  readonly endpoint?: string;
  readonly variables?: Readonly<Record<string, string>>;
}

/**
 * The environment in which SST's CLI runs offline. Nothing of a developer's own AWS set-up gets in (every `AWS_…` and
 * `SST_…` variable is left out), and nothing gets out into the home folder. All of it was found in SST's Go source.
 */
export function sstEnvironment(
  inherited: Readonly<Record<string, string | undefined>>,
  { configHome, endpoint, variables = {} }: SstEnvironmentOptions,
): Record<string, string> {
  const kept = Object.entries(inherited).flatMap(([name, value]) =>
    value === undefined || /^(AWS|SST|PULUMI)_/.test(name) ? [] : [[name, value] as const],
  );
  return {
    ...Object.fromEntries(kept),
    // The CLI and its engine start `node` and `npm` by name: this very Node, whatever the system has.
    PATH: [dirname(process.execPath), inherited['PATH']].filter(Boolean).join(delimiter),
    NO_COLOR: '1',
    XDG_CONFIG_HOME: configHome,
    SST_SKIP_DEPENDENCY_CHECK: '1',
    SST_NO_BUN: '1',
    SST_TELEMETRY_DISABLED: '1',
    // Tells `sst.config.ts` to keep its state here and not in S3.
    ROLECALL_OFFLINE: '1',
    AWS_CONFIG_FILE: join(configHome, 'no-aws-config'),
    AWS_SHARED_CREDENTIALS_FILE: join(configHome, 'no-aws-credentials'),
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_ACCESS_KEY_ID: 'offline',
    AWS_SECRET_ACCESS_KEY: 'offline',
    AWS_REGION: 'us-east-1',
    ...(endpoint !== undefined && { AWS_ENDPOINT_URL: endpoint }),
    ...variables,
  };
}
