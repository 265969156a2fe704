import { randomUUID } from 'node:crypto';
import { createCallCounter } from '#shared/app/call-counter.ts';
import type { RegistryDeps } from '#shared/app/registry/registry-deps.ts';
import { AwsAccess } from '#shared/aws/aws-access.ts';
import { DynamoRegistry } from '#shared/aws/registry/dynamo-registry.ts';
import { StsCaller } from '#shared/aws/sts-caller.ts';
import { systemClock } from '#shared/aws/system-clock.ts';
import type { CallerIdentity } from '#shared/ports/caller.ts';
import type { CallOptions } from '#shared/ports/pod-identity.ts';
import { physicalName } from '#shared/runtime/names.ts';
import { UsageError } from '../usage-error.ts';

/** Where a registry is. */
export interface RegistryAddress {
  readonly installation: string;
  readonly region?: string | undefined;
  readonly profile?: string | undefined;
}

/** The way to the registry of one installation, with the caller's own credentials. */
export interface RegistryConnection extends RegistryDeps {
  readonly installation: string;
  readonly region: string;
  /** Its table's name in AWS. */
  readonly table: string;
  /** Who is asking, as STS says. Asked once. */
  caller(options?: CallOptions): Promise<CallerIdentity>;
  close(): void;
}

/** Finds the registry; calls nobody. Fails with `UsageError` when no region is configured. */
export async function connectRegistry(address: RegistryAddress): Promise<RegistryConnection> {
  const { installation, region: wanted, profile } = address;
  const counter = createCallCounter();
  const access = new AwsAccess({
    clock: systemClock,
    random: Math.random,
    counter,
    region: wanted,
    profile,
  });
  const region = await access.region();
  if (region === undefined) {
    access.close();
    throw new UsageError('no region is configured', 'give --region, or set AWS_REGION');
  }
  const tables = {
    registry: physicalName(installation, 'registry'),
    outbox: physicalName(installation, 'outbox'),
  };
  const sts = new StsCaller(access);
  return {
    registry: new DynamoRegistry({ access, tables }),
    clock: systemClock,
    newId: randomUUID,
    installation,
    region,
    table: tables.registry,
    caller: (options) => sts.identity(options),
    close: () => access.close(),
  };
}
