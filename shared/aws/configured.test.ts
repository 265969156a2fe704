import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { configuredEndpoint, configuredProfiles, configuredRegion } from './configured.ts';

const CONFIG = `
[default]
region = eu-central-1
endpoint_url = http://default.test

[profile sandbox]
region = eu-west-3
services = local
endpoint_url = http://profile.test

[profile plain]
output = json

[profile ignoring]
endpoint_url = http://profile.test
ignore_configured_endpoint_urls = true

[profile mistyped]
services = locale
endpoint_url = http://profile.test

[services local]
eks =
  endpoint_url = http://eks.test
`;

/** What the tests' own environment may say. */
const VARIABLES = [
  'AWS_PROFILE',
  'AWS_REGION',
  'AWS_DEFAULT_REGION',
  'AWS_ENDPOINT_URL',
  'AWS_ENDPOINT_URL_EKS',
  'AWS_IGNORE_CONFIGURED_ENDPOINT_URLS',
];

describe('what is configured', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rolecall-'));
    await writeFile(join(folder, 'config'), CONFIG);
    for (const variable of VARIABLES) vi.stubEnv(variable, undefined);
    vi.stubEnv('AWS_CONFIG_FILE', join(folder, 'config'));
    vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', join(folder, 'credentials'));
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    await rm(folder, { recursive: true });
  });

  it.each<{ env: Record<string, string>; profile?: string; region: string | undefined }>([
    { env: {}, region: 'eu-central-1' },
    { env: { AWS_PROFILE: 'sandbox' }, region: 'eu-west-3' },
    { env: {}, profile: 'sandbox', region: 'eu-west-3' },
    { env: { AWS_PROFILE: 'sandbox' }, profile: 'plain', region: undefined },
    { env: { AWS_DEFAULT_REGION: 'us-east-2' }, profile: 'sandbox', region: 'us-east-2' },
    { env: { AWS_DEFAULT_REGION: 'us-east-2', AWS_REGION: 'us-west-1' }, region: 'us-west-1' },
    { env: { AWS_REGION: '' }, region: 'eu-central-1' },
  ])('has region $region with $env and profile $profile', async ({ env, profile, region }) => {
    for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
    expect(await configuredRegion(profile)).toBe(region);
  });

  it.each<{
    env: Record<string, string>;
    profile?: string;
    service: 'EKS' | 'STS';
    endpoint: string | undefined;
  }>([
    { env: {}, service: 'EKS', endpoint: 'http://default.test' },
    { env: {}, profile: 'plain', service: 'EKS', endpoint: undefined },
    { env: {}, profile: 'sandbox', service: 'EKS', endpoint: 'http://eks.test' },
    { env: {}, profile: 'sandbox', service: 'STS', endpoint: 'http://profile.test' },
    { env: { AWS_PROFILE: 'sandbox' }, service: 'EKS', endpoint: 'http://eks.test' },
    {
      env: { AWS_ENDPOINT_URL: 'http://all.test' },
      profile: 'sandbox',
      service: 'EKS',
      endpoint: 'http://all.test',
    },
    {
      env: { AWS_ENDPOINT_URL: 'http://all.test', AWS_ENDPOINT_URL_EKS: 'http://one.test' },
      service: 'EKS',
      endpoint: 'http://one.test',
    },
    {
      env: { AWS_ENDPOINT_URL_EKS: 'http://one.test' },
      profile: 'plain',
      service: 'STS',
      endpoint: undefined,
    },
    { env: { AWS_ENDPOINT_URL: '' }, profile: 'plain', service: 'EKS', endpoint: undefined },
    { env: {}, profile: 'ignoring', service: 'EKS', endpoint: undefined },
    {
      env: { AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'TRUE', AWS_ENDPOINT_URL: 'http://all.test' },
      service: 'EKS',
      endpoint: undefined,
    },
  ])(
    'has endpoint $endpoint for $service with $env and profile $profile',
    async ({ env, profile, service, endpoint }) => {
      for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
      expect(await configuredEndpoint(service, profile)).toBe(endpoint);
    },
  );

  it('has the profiles of the files, and no other section of theirs', async () => {
    expect(await configuredProfiles()).toEqual(['default', 'sandbox', 'plain', 'ignoring', 'mistyped']);
  });

  it('calls nothing when the services section is mistyped', async () => {
    await expect(configuredEndpoint('EKS', 'mistyped')).rejects.toMatchObject({
      name: 'aws.refused',
      message: "the AWS profile names services section 'locale', which is not there",
    });
  });
});
