import type { ReconcileMessage } from '#events/messages/reconcile-message.ts';
import type { Decision } from '#shared/domain/decision.ts';
import { formatKey } from '#shared/domain/key.ts';
import type { FindingKind } from '#shared/domain/registry/finding.ts';
import type { WantedFinding } from '#shared/domain/registry/finding-states.ts';
import type { CallOptions } from '#shared/ports/pod-identity.ts';
import type { Roles } from '#shared/ports/roles.ts';
import { inspectRoles, type RoleFinding } from '../fleet/inspect-roles.ts';
import type { ReconcileSettings } from '../reconcile/settings.ts';
import { noteKey } from '../registry/findings.ts';
import type { ReconcileAnswer } from '../registry/reconcile-request.ts';
import type { RegistryDeps } from '../registry/registry-deps.ts';
import { causeOf } from './cause-of.ts';

const JUDGED: readonly FindingKind[] = ['roleMissing', 'trustPolicyInvalid', 'trustUnknown'];

/**
 * Looks at the roles behind keys that were just looked at, and writes down what is wrong with them: EKS tells nobody
 * when a role goes or no longer trusts it (facts §1.4). A role that could not be read says nothing. One call for each
 * distinct role.
 */
export async function checkRoles(
  deps: RegistryDeps & { readonly roles: Roles },
  { cluster, outcomes }: Extract<ReconcileAnswer, { readonly kind: 'reconciled' }>,
  cause: ReconcileMessage['cause'],
  settings: ReconcileSettings,
  call: CallOptions,
): Promise<void> {
  const decisions = outcomes.map(({ decision }) => decision).filter(isBound);
  const check = { cluster, decisions, situations: new Map(), associations: 0, failures: [] };
  const found = await inspectRoles(deps.roles, check, { which: 'all', settings, call });
  const byKey = new Map(found.map((finding) => [formatKey(finding), finding]));
  const why = cause && causeOf(cause);
  for (const { namespace, serviceAccount } of decisions) {
    const finding = byKey.get(formatKey({ namespace, serviceAccount }));
    if (finding?.finding === 'roleUnread') continue;
    const of = { clusterArn: cluster.arn, clusterCreatedAt: cluster.createdAt, namespace, serviceAccount };
    await noteKey(deps, of, { wanted: wantedOf(finding), judged: JUDGED, cause: why });
  }
}

/** Only where something is bound, or about to be, is there a role to look at. */
function isBound({ verdict }: Decision): boolean {
  return verdict.kind === 'converged' ? verdict.observed !== undefined : verdict.kind !== 'unknown';
}

function wantedOf(finding: RoleFinding | undefined): readonly WantedFinding[] {
  if (finding === undefined || finding.finding === 'roleUnread') return [];
  return [{ kind: finding.finding, message: messageOf(finding), roleArn: finding.roleArn }];
}

/** Whoever is told reads it far from a terminal: the statement itself, and not the command that would show it. */
function messageOf({ message, roleArn, add }: RoleFinding): string {
  if (add === undefined) return message;
  return `the trust policy of ${roleArn} does not let EKS hand it to this service account: add ${add}`;
}
