import { CONFIG_PREFIX_SEPARATOR, loadConfig, parseKnownFiles } from '@smithy/core/config';
import { AppError } from '#shared/ports/app-error.ts';

/**
 * What the environment and the shared configuration files say, read as every AWS tool reads them. The SDK's clients
 * read the endpoint themselves, but always from the profile of the environment, even when they are given another one.
 */

/** The SDK's name of a service, as it appears in `AWS_ENDPOINT_URL_…`. */
export type ServiceId = 'EKS' | 'IAM' | 'STS' | 'DYNAMODB' | 'SQS' | 'EVENTBRIDGE';

/** The region: `AWS_REGION`, `AWS_DEFAULT_REGION` (which the AWS CLI reads and the SDK does not), then the profile. */
export async function configuredRegion(profile?: string): Promise<string | undefined> {
  return loadConfig<string | undefined>(
    {
      environmentVariableSelector: (env) => env['AWS_REGION'] || env['AWS_DEFAULT_REGION'] || undefined,
      configFileSelector: (section) => section['region'],
      default: undefined,
    },
    profileInit(profile),
  )();
}

/**
 * The endpoint set for a service, or `undefined` for AWS's own: `AWS_ENDPOINT_URL_EKS`, `AWS_ENDPOINT_URL`, the
 * services section of the profile, its `endpoint_url`; none of them when they are to be ignored
 * (https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html).
 *
 * Rejects with `AppError` `aws.refused` when the profile names a services section that is not there: calling AWS
 * instead of the endpoint that was meant could write to the wrong place.
 */
export async function configuredEndpoint(service: ServiceId, profile?: string): Promise<string | undefined> {
  if (await ignoresConfiguredEndpoints(profile)) return undefined;
  const setting = await loadConfig<EndpointSetting | undefined>(
    {
      environmentVariableSelector: (env) =>
        asSetting(env[`AWS_ENDPOINT_URL_${service}`] || env['AWS_ENDPOINT_URL']),
      configFileSelector: (section, file) => fromProfile(section, file ?? {}, service),
      default: undefined,
    },
    profileInit(profile),
  )();
  if (setting?.kind === 'missingSection') {
    throw new AppError(
      'aws.refused',
      `the AWS profile names services section '${setting.section}', which is not there`,
      {
        retryable: false,
      },
    );
  }
  return setting?.url;
}

/** The profiles that the shared configuration and credentials files have, in their order. */
export async function configuredProfiles(): Promise<readonly string[]> {
  const sections = await parseKnownFiles({});
  return Object.keys(sections).filter((name) => !name.includes(CONFIG_PREFIX_SEPARATOR));
}

type EndpointSetting =
  | { readonly kind: 'url'; readonly url: string }
  | { readonly kind: 'missingSection'; readonly section: string };

type Section = Readonly<Record<string, string | undefined>>;

function fromProfile(
  profile: Section,
  file: Readonly<Record<string, Section>>,
  service: ServiceId,
): EndpointSetting | undefined {
  const section = profile['services'];
  if (section !== undefined) {
    const services = file[['services', section].join(CONFIG_PREFIX_SEPARATOR)];
    if (services === undefined) return { kind: 'missingSection', section };
    const url = services[[service.toLowerCase(), 'endpoint_url'].join(CONFIG_PREFIX_SEPARATOR)];
    if (url !== undefined) return { kind: 'url', url };
  }
  return asSetting(profile['endpoint_url']);
}

function asSetting(url: string | undefined): EndpointSetting | undefined {
  return url ? { kind: 'url', url } : undefined;
}

async function ignoresConfiguredEndpoints(profile?: string): Promise<boolean> {
  return loadConfig<boolean>(
    {
      environmentVariableSelector: (env) => asBoolean(env['AWS_IGNORE_CONFIGURED_ENDPOINT_URLS']),
      configFileSelector: (section) => asBoolean(section['ignore_configured_endpoint_urls']),
      default: false,
    },
    profileInit(profile),
  )();
}

function asBoolean(text: string | undefined): boolean | undefined {
  return text === undefined ? undefined : text.toLowerCase() === 'true';
}

function profileInit(profile: string | undefined): { profile?: string } {
  return profile === undefined ? {} : { profile };
}
