import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Cloud } from '../../cloud/cloud.ts';
import { trustProblem } from '../../front-door/actor.ts';
import { roleByArn } from '../../iam/trust-policy.ts';
import type { FunctionPermission, Graph, LambdaFunction } from '../graph-schema.ts';
import { PlayError } from '../play-error.ts';

const SERVICE = 'lambda.amazonaws.com';

/** Makes the functions from their deploy zips. Throws `PlayError` for a zip or a role that Lambda could not use. */
export function putFunctions(cloud: Cloud, graph: Graph, graphFolder: string): void {
  const problems = graph.functions.flatMap((fn) => problemOf(cloud, fn, graphFolder) ?? []);
  if (problems.length > 0) throw new PlayError('Functions cannot be made:', problems);
  for (const fn of graph.functions) {
    const permissions = graph.functionPermissions.filter((one) => concerns(one.function, fn));
    const asyncInvoke = graph.asyncInvokes.find((one) => concerns(one.function, fn));
    cloud.addFunction({
      arn: fn.arn,
      zipPath: join(graphFolder, fn.zip),
      handler: fn.handler,
      roleArn: fn.roleArn,
      environment: fn.environment,
      timeoutSeconds: fn.timeoutSeconds,
      memoryMb: fn.memoryMb,
      reservedConcurrency: fn.reservedConcurrency,
      runtime: fn.runtime,
      logGroup: fn.logGroup,
      policy: permissions.length === 0 ? undefined : policyOf(fn, permissions),
      asyncInvocation: asyncInvoke && {
        maximumRetryAttempts: asyncInvoke.maxRetryAttempts,
        maximumEventAgeSeconds: asyncInvoke.maxAgeSeconds,
        onFailureArn: asyncInvoke.onFailureArn,
      },
    });
  }
}

function problemOf(cloud: Cloud, fn: LambdaFunction, graphFolder: string): string | undefined {
  const zip = join(graphFolder, fn.zip);
  if (!existsSync(zip)) return `${fn.name}: there is no ${zip}`;
  const role = roleByArn(cloud.world, fn.roleArn);
  if (!role) return `${fn.name}: there is no role ${fn.roleArn}`;
  const why = trustProblem(role.trustPolicy, { service: SERVICE });
  return why === undefined ? undefined : `${fn.name}: Lambda cannot take on ${fn.roleArn}: ${why}`;
}

/** A function is named by its name or its ARN. */
function concerns(nameOrArn: string, fn: LambdaFunction): boolean {
  return nameOrArn === fn.functionName || nameOrArn === fn.arn;
}

function policyOf({ arn }: LambdaFunction, permissions: readonly FunctionPermission[]): string {
  const Statement = permissions.map(({ action, principal, sourceArn, sourceAccount }) => {
    const conditions = {
      ...(sourceArn === undefined ? {} : { ArnLike: { 'aws:SourceArn': sourceArn } }),
      ...(sourceAccount === undefined ? {} : { StringEquals: { 'aws:SourceAccount': sourceAccount } }),
    };
    return {
      Effect: 'Allow',
      Principal: principalOf(principal),
      Action: action,
      Resource: arn,
      ...(Object.keys(conditions).length === 0 ? {} : { Condition: conditions }),
    };
  });
  return JSON.stringify({ Version: '2012-10-17', Statement });
}

function principalOf(principal: string): unknown {
  if (principal === '*') return '*';
  return principal.endsWith('.amazonaws.com') ? { Service: principal } : { AWS: principal };
}
