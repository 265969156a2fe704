import type { CallOptions } from '#shared/ports/pod-identity.ts';
import type { ReconcileSettings } from '../reconcile/settings.ts';
import { type OpenedCluster, openCluster } from './open-cluster.ts';
import type { ReconcileAnswer, ReconcileDeps, ReconcileRequest } from './reconcile-request.ts';
import { ReconcileRun } from './reconcile-run.ts';
import { AnotherLife, askToMeet } from './same-life.ts';

/**
 * Reconciles keys of one cluster, or all of it, over the registry: reads the world again, puts right what is ours and
 * released, and records what that says: status, findings, audit, and what is told to others. Level-triggered: safe to
 * repeat, at any time, for any reason. Does not wait: a key that needs time ends as `later`.
 *
 * For one drifted key, four requests to the registry and two calls to EKS.
 */
export async function reconcile(
  deps: ReconcileDeps,
  request: ReconcileRequest,
  settings: ReconcileSettings,
  call: CallOptions = {},
): Promise<ReconcileAnswer> {
  const keys = request.keys === 'all' ? undefined : request.keys;
  const opened = await openCluster(deps, request.cluster, { keys, createdAt: request.createdAt });
  const refusal = refusalOf(opened, request);
  if (refusal || !opened) return refusal ?? { kind: 'notEnrolled' };
  const run = new ReconcileRun(deps, opened, request, settings, call);
  try {
    return keys ? await run.keys(keys) : await run.all();
  } catch (error) {
    if (!(error instanceof AnotherLife)) throw error;
    await askToMeet(deps, opened.item.cluster);
    const { createdAt } = error;
    return { kind: 'otherCluster', ...(createdAt === undefined ? {} : { createdAt }) };
  } finally {
    await run.end();
  }
}

function refusalOf(
  opened: OpenedCluster | undefined,
  request: ReconcileRequest,
): ReconcileAnswer | undefined {
  if (!opened) return { kind: 'notEnrolled' };
  const { enrolment, cluster } = opened.item;
  if (enrolment.state === 'retired') return { kind: 'notEnrolled', state: 'retired' };
  const { createdAt } = request;
  if (createdAt === undefined || createdAt === cluster.createdAt) return undefined;
  return { kind: 'otherCluster', createdAt: cluster.createdAt };
}
