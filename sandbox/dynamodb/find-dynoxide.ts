import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** Where DynamoDB is to be had. */
export type DynamoEngine =
  /** A program that is started for each account and region. */
  | { readonly kind: 'dynoxide'; readonly path: string }
  /** Somebody's own DynamoDB Local or the like: no streams, no snapshots. */
  | { readonly kind: 'endpoint'; readonly url: string };

/** There is no DynamoDB on this machine. */
class NoDynamoError extends Error {
  constructor(reason: string) {
    super(
      `${reason} The sandbox's DynamoDB (dynoxide) comes with npm for Linux x64 only. Elsewhere set DYNOXIDE_BIN to the path of a dynoxide binary, or AWS_ENDPOINT_URL_DYNAMODB to the URL of a DynamoDB Local of your own (then without streams).`,
    );
    this.name = 'NoDynamoError';
  }
}

/**
 * Looks for an engine: `DYNOXIDE_BIN`, then the npm package, then `AWS_ENDPOINT_URL_DYNAMODB`. Throws `NoDynamoError`,
 * also for a `DYNOXIDE_BIN` that is not there.
 */
export function findDynamo(environment: Readonly<Record<string, string | undefined>>): DynamoEngine {
  const named = environment['DYNOXIDE_BIN'];
  if (named) {
    if (!existsSync(named)) throw new NoDynamoError(`DYNOXIDE_BIN names ${named}, which does not exist.`);
    return { kind: 'dynoxide', path: named };
  }
  const packaged = packagedBinary();
  if (packaged !== undefined) return { kind: 'dynoxide', path: packaged };
  const url = environment['AWS_ENDPOINT_URL_DYNAMODB'];
  if (url) return { kind: 'endpoint', url };
  throw new NoDynamoError('There is no DynamoDB on this machine.');
}

function packagedBinary(): string | undefined {
  try {
    const manifest = createRequire(import.meta.url).resolve('@dynoxide/linux-x64/package.json');
    const path = join(dirname(manifest), 'dynoxide');
    return existsSync(path) ? path : undefined;
  } catch {
    return undefined;
  }
}
