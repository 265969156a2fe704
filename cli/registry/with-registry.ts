import { AppError } from '#shared/ports/app-error.ts';
import type { CliContext } from '../cli-context.ts';
import { UsageError } from '../usage-error.ts';
import type { RegistryConnection } from './connect-registry.ts';

/** The options that every command over the registry has. */
export interface RegistryOptions {
  readonly region?: string;
  readonly profile?: string;
  readonly installation?: string;
}

const DEFAULT_INSTALLATION = 'production';

/** Does work over the registry that the options name, and closes it. Tells apart why there may be none. */
export async function withRegistry<Result>(
  { io, connectRegistry }: CliContext,
  options: RegistryOptions,
  work: (connection: RegistryConnection) => Promise<Result>,
): Promise<Result> {
  const { region, profile } = options;
  const installation = installationOf(options, io.env);
  const connection = await connectRegistry({ installation, region, profile });
  try {
    return await work(connection);
  } catch (error) {
    throw explained(error, connection);
  } finally {
    connection.close();
  }
}

function installationOf({ installation }: RegistryOptions, env: CliContext['io']['env']): string {
  const name = installation ?? (env['ROLECALL_INSTALLATION'] || DEFAULT_INSTALLATION);
  // It becomes part of a table's name.
  if (/^[A-Za-z0-9-]{1,64}$/.test(name)) return name;
  throw new UsageError(
    `no installation can be called ${JSON.stringify(name)}`,
    'give --installation NAME, or set ROLECALL_INSTALLATION: the stage that was deployed',
  );
}

function explained(error: unknown, { table, region, installation }: RegistryConnection): unknown {
  if (!(error instanceof AppError) || error.code !== 'aws.refused') return error;
  if (!/\bdynamodb:\w+/.test(error.message) || !error.message.includes('ResourceNotFoundException')) {
    return error;
  }
  return new UsageError(
    `there is no table ${table} in ${region}: is Rolecall deployed here?`,
    `check --region, --profile and --installation (now ${installation}), or deploy it: npx sst deploy --stage ${installation}`,
  );
}
