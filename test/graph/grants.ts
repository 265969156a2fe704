import type { Graph } from '#tools/synth/graph.ts';
import { type RoleOfGraph, statementsOf } from './policy-lists.ts';

/**
 * What each function may do, as text that a person reviews: one block a function, one line a permission, sorted. Names are without
 * app, stage, account and region, so that every stage reads the same.
 *
 * @example
 * detect-drift
 *   Allow dynamodb:Query on dynamodb table/registry
 */
export function grantsText(graph: Graph): string {
  const functions = graph.functions.map((fn) => ({
    title: fn.functionName,
    role: roleOf(graph, fn.roleArn),
  }));
  const used = new Set(functions.map(({ role }) => role.arn));
  const others = graph.roles
    .filter(({ arn }) => !used.has(arn))
    .map((role) => ({ title: `role ${role.roleName}`, role }));
  return [...functions, ...others]
    .map(({ title, role }) => [title, ...grantLines(role).map((line) => `  ${line}`)].join('\n'))
    .map((block) => readable(block, graph))
    .join('\n\n');
}

/** What a role may do: `Effect action on resource if condition`, a line each. */
function grantLines(role: RoleOfGraph): readonly string[] {
  const own = statementsOf(role).flatMap(({ effect, actions, resources, condition }) =>
    actions.flatMap((action) =>
      resources.map((resource) => `${effect} ${action} on ${resource}${conditionText(condition)}`),
    ),
  );
  return [...own, ...role.managedPolicies.map((arn) => `with ${arn}`)].sort();
}

function conditionText(condition: unknown): string {
  return condition === undefined ? '' : ` if ${JSON.stringify(condition)}`;
}

function roleOf(graph: Graph, arn: string): RoleOfGraph {
  const role = graph.roles.find((one) => one.arn === arn);
  if (role === undefined) throw new Error(`no role ${arn} in the graph`);
  return role;
}

/** Full ARNs of the account shortened to service and resource; a table's stream without its made-up time. */
function readable(text: string, { account, partition, app, stage }: Graph): string {
  return text
    .replaceAll(
      new RegExp(`arn:${partition}:([a-z]+):([a-z0-9-]*):${account}:`, 'g'),
      (_all, service, region) => (region === '' ? `${service} ` : `${service} `),
    )
    .replaceAll(`arn:${partition}:iam::`, 'iam ')
    .replaceAll(`${app}-${stage}-`, '')
    .replaceAll(/(?<=[A-Za-z])-[a-z]{8}(?=$|[.\s/:"])/gm, '')
    .replaceAll(/\/stream\/[0-9T:.-]+/g, '/stream/*');
}
