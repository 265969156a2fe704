import type { Graph } from '#tools/synth/graph.ts';

/** The longest name of a stage (`stacks/settings.ts`): what fits in the graph's stage has to fit in that one as well. */
const LONGEST_STAGE = 30;

/**
 * Names and documents longer than AWS takes, in whichever stage:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html and the API references of each service.
 */
export function limitProblems(graph: Graph): readonly string[] {
  const room = Math.max(0, LONGEST_STAGE - graph.stage.length);
  const names: readonly (readonly [string, number, readonly string[]])[] = [
    ['role', 64, graph.roles.map(({ roleName }) => roleName)],
    ['function', 64, graph.functions.map(({ functionName }) => functionName)],
    ['rule', 64, graph.rules.map(({ ruleName }) => ruleName)],
    ['queue', 80, graph.queues.map(({ queueName }) => queueName)],
    ['table', 255, graph.tables.map(({ tableName }) => tableName)],
    ['alarm', 255, graph.alarms.map(({ alarmName }) => alarmName)],
  ];
  return [
    ...names.flatMap(([kind, most, all]) =>
      all
        .filter((name) => name.length + room > most)
        .map((name) => `${kind} ${name}: over ${most} characters`),
    ),
    ...graph.roles.flatMap((role) => policyProblems(role, graph.stage, room)),
    ...graph.rules
      .filter(({ pattern }) => JSON.stringify(pattern ?? {}).length > 4096)
      .map(({ name }) => `${name}: a pattern over 4,096 characters`),
    ...graph.functions
      .filter(({ environment }) => JSON.stringify(environment).length > 4096)
      .map(({ name }) => `${name}: an environment over 4 KB`),
  ].toSorted();
}

/** IAM does not count white space. The quota of trust policies is the one that nobody has to ask to raise. */
function policyProblems(role: Graph['roles'][number], stage: string, room: number): readonly string[] {
  const sizeOf = (document: unknown) => {
    const text = JSON.stringify(document);
    return text.length + room * (text.split(`-${stage}-`).length - 1);
  };
  const inline = role.policies.reduce((sum, { document }) => sum + sizeOf(document), 0);
  return [
    ...(inline > 10_240 ? [`${role.name}: inline policies over 10,240 characters`] : []),
    ...(sizeOf(role.trustPolicy) > 2048 ? [`${role.name}: a trust policy over 2,048 characters`] : []),
  ];
}
