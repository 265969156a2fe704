import type { AssociationFields } from '#shared/domain/association.ts';
import { clusterArn } from '#shared/domain/cluster.ts';
import type { Decision } from '#shared/domain/decision.ts';
import { formatKey, type ServiceAccountKey } from '#shared/domain/key.ts';
import { stepOf } from '#shared/domain/plan.ts';
import { explainPodIdentityTrust } from '#shared/domain/pod-identity-trust.ts';
import { parseRoleArn, type Role } from '#shared/domain/role.ts';
import type { AppError } from '#shared/ports/app-error.ts';
import type { CallOptions } from '#shared/ports/pod-identity.ts';
import type { Roles } from '#shared/ports/roles.ts';
import type { ClusterCheck } from '../reconcile/check-cluster.ts';
import type { ReconcileSettings } from '../reconcile/settings.ts';
import { worldFailure } from '../reconcile/world-failure.ts';
import { runBounded } from '../run-bounded.ts';

/** What is wrong with a role that a service account is, or would be, bound to. */
export interface RoleFinding extends ServiceAccountKey {
  readonly finding: 'roleMissing' | 'trustPolicyInvalid' | 'trustUnknown' | 'roleUnread';
  readonly roleArn: string;
  /** One sentence: what is wrong, and what would put it right. */
  readonly message: string;
  /** The statement to add to the trust policy, as JSON, where that would help. */
  readonly add?: string;
}

export interface InspectOptions {
  readonly which: 'all' | 'written' | 'none';
  readonly settings: Pick<ReconcileSettings, 'concurrency'>;
  readonly call: CallOptions;
}

/** A binding whose role is to be looked at. */
interface Binding extends ServiceAccountKey {
  readonly roleArn: string;
  readonly disableSessionTags: boolean;
}

type RoleReading =
  | { readonly kind: 'role'; readonly role: Role }
  | { readonly kind: 'none' }
  | { readonly kind: 'unread'; readonly failure: AppError };

/**
 * Looks at the roles behind a check's decisions: whether they exist, and whether their trust policies let EKS hand
 * them to the service account. EKS itself looks only when an association is written; afterwards a role can be deleted
 * or its trust broken, and nothing tells until pods fail (facts §1.4). Costs one GetRole for each distinct role.
 */
export async function inspectRoles(
  roles: Roles,
  check: ClusterCheck,
  options: InspectOptions,
): Promise<readonly RoleFinding[]> {
  const bindings = check.decisions.flatMap((decision) => bindingOf(decision, options.which) ?? []);
  const distinct = [...new Set(bindings.map(({ roleArn }) => roleArn))].sort();
  const readings = new Map<string, RoleReading>();
  const bounds = { concurrency: options.settings.concurrency, signal: options.call.signal };
  const reading = runBounded(distinct, bounds, (roleArn, signal) =>
    readRole(roles, roleArn, { ...options.call, signal }),
  );
  for await (const outcome of reading) {
    readings.set(
      outcome.item,
      outcome.kind === 'done' ? outcome.result : { kind: 'unread', failure: worldFailure(outcome.error) },
    );
  }
  return bindings.flatMap((binding) => findingOf(check, binding, readings.get(binding.roleArn)) ?? []);
}

function bindingOf(decision: Decision, which: InspectOptions['which']): Binding | undefined {
  const fields = which === 'none' ? undefined : boundFields(decision, which);
  if (!fields) return undefined;
  const { namespace, serviceAccount } = decision;
  return {
    namespace,
    serviceAccount,
    roleArn: fields.roleArn,
    disableSessionTags: fields.disableSessionTags,
  };
}

function boundFields(
  { verdict }: Decision,
  which: 'all' | 'written',
): Pick<AssociationFields, 'roleArn' | 'disableSessionTags'> | undefined {
  const step = stepOf(verdict) ?? (verdict.kind === 'hold' ? verdict.step : undefined);
  if (step) return step.kind === 'delete' ? undefined : step.fields;
  return which === 'all' && verdict.kind === 'converged' ? verdict.observed : undefined;
}

async function readRole(roles: Roles, roleArn: string, call: CallOptions): Promise<RoleReading> {
  const parts = parseRoleArn(roleArn);
  if (!parts) return { kind: 'none' };
  const role = await roles.get(parts.account, parts.roleName, call);
  // Names are unique whatever the path: another path is another ARN, and the wished one does not exist.
  return role && role.roleArn === roleArn ? { kind: 'role', role } : { kind: 'none' };
}

function findingOf(
  check: ClusterCheck,
  binding: Binding,
  reading: RoleReading | undefined,
): RoleFinding | undefined {
  const { namespace, serviceAccount, roleArn } = binding;
  const about = { namespace, serviceAccount, roleArn };
  if (!reading || reading.kind === 'unread') {
    const detail = reading ? reading.failure.message : 'it was not read';
    return { ...about, finding: 'roleUnread', message: `the role could not be read: ${detail}` };
  }
  if (reading.kind === 'none') {
    return {
      ...about,
      finding: 'roleMissing',
      message: `the role ${roleArn} does not exist: create it, or correct the mapping`,
    };
  }
  const { cluster } = check;
  const trust = explainPodIdentityTrust(reading.role.trustPolicy, {
    clusterArn: clusterArn(cluster),
    clusterName: cluster.name,
    account: cluster.account,
    namespace,
    serviceAccount,
    sessionTagsDisabled: binding.disableSessionTags,
  });
  if (trust.verdict === 'admits') return undefined;
  const explain = `see rolecall explain --cluster ${cluster.name} ${formatKey(binding)}`;
  return trust.verdict === 'denies'
    ? {
        ...about,
        finding: 'trustPolicyInvalid',
        message: `the trust policy of ${roleArn} does not let EKS hand it to this service account: ${explain}`,
        ...(trust.missing
          ? { add: trust.missing.statements.map((one) => JSON.stringify(one)).join(', ') }
          : {}),
      }
    : {
        ...about,
        finding: 'trustUnknown',
        message: `whether the trust policy of ${roleArn} admits this service account cannot be told: ${explain}`,
      };
}
