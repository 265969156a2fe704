import type { Graph } from '#tools/synth/graph.ts';

export type RoleOfGraph = Graph['roles'][number];
type PolicyOfGraph = RoleOfGraph['trustPolicy'];

/** A statement with single values as lists. */
export interface ListedStatement {
  readonly effect: string;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly condition: unknown;
  /** It says what it does not mean, so that new actions and resources are let in as they appear. */
  readonly negated: boolean;
}

/** The statements of a role's inline policies. */
export function statementsOf(role: RoleOfGraph): readonly ListedStatement[] {
  return role.policies.flatMap(({ document }) => listed(document));
}

export function listed(document: PolicyOfGraph): readonly ListedStatement[] {
  return document.Statement.map((statement) => ({
    effect: String(statement['Effect']),
    actions: strings(statement['Action']),
    resources: strings(statement['Resource']),
    condition: statement['Condition'],
    negated: 'NotAction' in statement || 'NotResource' in statement || 'NotPrincipal' in statement,
  }));
}

function strings(value: unknown): readonly string[] {
  if (value === undefined) return [];
  return (Array.isArray(value) ? value : [value]).map(String);
}
