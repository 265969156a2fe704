import { ENV, type FunctionName, METRIC_NAMESPACE } from '#shared/runtime/names.ts';
import { type Grant, logTo, TRACE } from './grants.ts';
import { named } from './names.ts';
import { WORKER_TIMEOUT_SECONDS } from './queues.ts';
import type { Settings } from './settings.ts';

export interface RolecallFunction {
  readonly name: FunctionName;
  readonly memory: `${number} MB`;
  readonly environment: Readonly<Record<string, $util.Input<string>>>;
  readonly grants: readonly Grant[];
  /**
   * It belongs to a loop that is meant: what it sends comes back to it, later. Unless told so Lambda stops it at about the 16th turn,
   * and the message is a dead letter: https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html
   */
  readonly loops?: boolean;
  /** What a deployment has to have renewed before it. */
  readonly after?: sst.aws.Function;
}

/**
 * A function of the product: its handler in `functions/<name>/handler.ts`, a role of its own with a fixed name and nothing but the
 * given grants, its own log group and traces. The bundle is split, so that what a call does not need is not loaded, and carries
 * the SDK, pinned, of which only what is used is left.
 */
export function rolecallFunction(
  settings: Settings,
  { name, memory, environment, grants, loops = false, after }: RolecallFunction,
) {
  const logicalName = name.replace(/(?:^|-)([a-z])/g, (_all, letter: string) => letter.toUpperCase());
  const logs = new aws.cloudwatch.LogGroup(`${logicalName}Logs`, {
    name: `/aws/lambda/${named(name)}`,
    retentionInDays: settings.logRetentionDays,
  });
  const options = after === undefined ? {} : { dependsOn: [after.nodes.function] };
  const made = new sst.aws.Function(
    logicalName,
    {
      handler: `functions/${name}/handler.handler`,
      runtime: 'nodejs24.x',
      architecture: 'arm64',
      memory,
      timeout: `${WORKER_TIMEOUT_SECONDS} seconds`,
      // Powertools writes JSON by itself. With Lambda's own JSON format comes Lambda's filter, which is INFO unless said otherwise,
      // overrules `logLevel`, and at WARN drops the metrics, since their lines bear no level.
      logging: { logGroup: logs.name, format: 'text' },
      environment: {
        [ENV.installation]: settings.installation,
        [ENV.logLevel]: settings.logLevel,
        [ENV.serviceName]: settings.installation,
        [ENV.metricsNamespace]: METRIC_NAMESPACE,
        ...environment,
      },
      permissions: [logTo(logs), TRACE, ...grants],
      nodejs: {
        minify: true,
        splitting: true,
        plugins: 'tools/lean-sdk-plugin.ts',
        esbuild: { keepNames: false, conditions: ['node', 'import', 'module'] },
      },
      transform: {
        function: { name: named(name), tracingConfig: { mode: 'Active' } },
        role: (role) => {
          role.name = named(name);
          // SST attaches AWSLambdaBasicExecutionRole, which may write any log; ours is named in the grants.
          role.managedPolicyArns = [];
          // SST trusts the account's root as well, since it tests whether an Output is there and not what it holds: whoever in the
          // account may assume roles could take on the writer's.
          role.assumeRolePolicy = TRUST_LAMBDA;
        },
      },
    },
    options,
  );
  if (loops) {
    new aws.lambda.FunctionRecursionConfig(`${logicalName}Loops`, {
      functionName: made.name,
      recursiveLoop: 'Allow',
    });
  }
  return made;
}

const TRUST_LAMBDA = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
});
