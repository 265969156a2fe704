import type { ClusterChoice } from '../cluster-selector.ts';
import { parseRoleArn } from '../role.ts';
import { TEMPLATE_VARIABLES } from '../role-template.ts';
import type { Fault, FieldPath } from './problem.ts';
import type { ManifestTarget } from './schema.ts';
import { readSessionPolicy } from './session-policy.ts';

/**
 * What is wrong within one target though each of its fields is right. Only targets that pass the schema come here, so
 * that one mistake is told once.
 */
export function faultsOfTarget(target: ManifestTarget, path: FieldPath): Fault[] {
  return [...faultsOfPolicy(target, path), ...faultsOfAccount(target, path)];
}

function faultsOfPolicy({ policy, disableSessionTags }: ManifestTarget, target: FieldPath): Fault[] {
  if (policy === undefined) return [];
  const path = [...target, 'policy'];
  const faults: Fault[] = [];
  if (!disableSessionTags) {
    // The service's own rule (facts §1.4).
    const message = 'EKS takes a session policy only without session tags: add disableSessionTags: true';
    faults.push({ path, rule: 'policy.sessionTags', message });
  }
  const reading = readSessionPolicy(policy);
  const variable = reading.kind === 'policy' ? templateVariableIn(reading.text) : undefined;
  if (variable !== undefined) {
    const message = `${variable} is sent to EKS as it is written: only roleArn and targetRoleArn have variables`;
    faults.push({ path, rule: 'policy.template', message });
  }
  return faults;
}

/** One of our variables, and not one of IAM's, which begin with a dollar sign. */
function templateVariableIn(policy: string): string | undefined {
  return new RegExp(`(?<!\\$)\\{(?:${TEMPLATE_VARIABLES.join('|')}|label:[^{}]*)\\}`).exec(policy)?.[0];
}

function faultsOfAccount({ clusters, roleArn }: ManifestTarget, target: FieldPath): Fault[] {
  const role = parseRoleArn(roleArn.replace(/^arn:\{partition\}:/, 'arn:aws:').replace(/\{[^}]*\}/g, 'x'));
  if (!role || clusters === 'all' || clusters.accounts === undefined) return [];
  const others = clusters.accounts.filter((account) => account !== role.account);
  if (others.length === 0) return [];
  const message = `the role is in account ${role.account}, and this target selects clusters in ${others.join(', ')}: EKS takes only a role of the cluster's own account; write {account}, or a target for each account`;
  return [{ path: [...target, 'roleArn'], rule: 'role.otherAccount', message }];
}

/** Targets that can never be the first to match. `undefined` stands for one that did not pass the schema. */
export function unreachableTargets(
  targets: readonly ({ readonly clusters: ClusterChoice } | undefined)[],
  path: FieldPath,
): Fault[] {
  const earlier = new Map<string, number>();
  const faults: Fault[] = [];
  for (const [index, target] of targets.entries()) {
    if (!target) continue;
    const selector = canonicalText(target.clusters);
    const shadow = earlier.get(ALL) ?? earlier.get(selector);
    if (shadow === undefined) {
      earlier.set(selector, index);
      continue;
    }
    const why = earlier.has(ALL) ? 'already selects every cluster' : 'selects the same clusters';
    const message = `this target is never used, because targets[${shadow}] ${why} and the first match wins: move it up, or remove it`;
    faults.push({ path: [...path, index], rule: 'target.unreachable', message });
  }
  return faults;
}

const ALL = JSON.stringify('all');

/** JSON with sorted fields: equal for selectors that are written in another order. */
function canonicalText(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([left], [right]) => (left < right ? -1 : 1)))
      : inner,
  );
}
