import * as z from 'zod';

const list = z.array(z.string()).optional();
const principals = z.array(z.strictObject({ type: z.string(), identifiers: z.array(z.string()) })).optional();

/** What `aws.iam.getPolicyDocument` is given. */
export const PolicyDocumentArgs = z.strictObject({
  version: z.string().optional(),
  policyId: z.string().optional(),
  statements: z
    .array(
      z.strictObject({
        sid: z.string().optional(),
        effect: z.string().optional(),
        actions: list,
        notActions: list,
        resources: list,
        notResources: list,
        principals,
        notPrincipals: principals,
        conditions: z
          .array(z.strictObject({ test: z.string(), variable: z.string(), values: z.array(z.string()) }))
          .optional(),
      }),
    )
    .optional(),
});

type StatementArgs = NonNullable<z.infer<typeof PolicyDocumentArgs>['statements']>[number];
type PrincipalArgs = StatementArgs['principals'];

/** Renders a policy document as Terraform's AWS provider does: lists sorted, without duplicates, single values bare. */
export function renderPolicyDocument({
  version,
  policyId,
  statements = [],
}: z.infer<typeof PolicyDocumentArgs>) {
  return {
    Version: version ?? '2012-10-17',
    ...(policyId !== undefined && { Id: policyId }),
    Statement: statements.map(renderStatement),
  };
}

function renderStatement(statement: StatementArgs) {
  return {
    ...(statement.sid !== undefined && { Sid: statement.sid }),
    Effect: statement.effect ?? 'Allow',
    ...named('Action', statement.actions),
    ...named('NotAction', statement.notActions),
    ...named('Resource', statement.resources),
    ...named('NotResource', statement.notResources),
    ...principalsNamed('Principal', statement.principals),
    ...principalsNamed('NotPrincipal', statement.notPrincipals),
    ...conditionsOf(statement.conditions),
  };
}

function named(key: string, values: readonly string[] | undefined): object {
  return values === undefined || values.length === 0 ? {} : { [key]: oneOrAll([...new Set(values)].sort()) };
}

function principalsNamed(key: string, given: PrincipalArgs): object {
  if (given === undefined || given.length === 0) return {};
  const byType = new Map<string, string[]>();
  for (const { type, identifiers } of given) byType.set(type, [...(byType.get(type) ?? []), ...identifiers]);
  const anybody = byType.get('*')?.includes('*') === true;
  return {
    [key]: anybody
      ? '*'
      : Object.fromEntries([...byType].map(([type, ids]) => [type, oneOrAll([...new Set(ids)].sort())])),
  };
}

function conditionsOf(given: StatementArgs['conditions']): object {
  if (given === undefined || given.length === 0) return {};
  const byTest: Record<string, Record<string, string | string[]>> = {};
  for (const { test, variable, values } of given) {
    byTest[test] = { ...byTest[test], [variable]: oneOrAll(values) };
  }
  return { Condition: byTest };
}

function oneOrAll(values: readonly string[]): string | string[] {
  const [only] = values;
  return values.length === 1 && only !== undefined ? only : [...values];
}
