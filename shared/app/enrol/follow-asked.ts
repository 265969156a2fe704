import type { EnrolMessage } from '#events/messages/enrol-message.ts';
import { clusterArn } from '#shared/domain/cluster.ts';
import { type EnrolmentNews, withNews } from '#shared/domain/registry/enrolment-request.ts';
import { AppError } from '#shared/ports/app-error.ts';
import { changeItem } from '../registry/change-item.ts';
import type { RegistryDeps } from '../registry/registry-deps.ts';
import { type FollowDeps, type Followed, type FollowOptions, followCluster } from './follow-cluster.ts';

/**
 * Follows a cluster that somebody asked for, and writes down for them how it went. What will not go well however often it
 * is tried ends here: whoever asked is told, and asks again when it is mended. Rejects with `AppError` what may go well
 * later. Safe to repeat.
 */
export async function followAsked(
  deps: FollowDeps,
  message: EnrolMessage,
  options: FollowOptions,
): Promise<Followed> {
  const { request } = message;
  if (request === undefined) return await followCluster(deps, message, options);
  const of = { requestId: request.id, clusterArn: clusterArn(message.cluster) };
  try {
    const followed = await followCluster(deps, message, options);
    await note(deps, of, await newsOf(deps, of.clusterArn, followed));
    return followed;
  } catch (error) {
    const { code, message: detail, retryable } = problemOf(error);
    await note(deps, of, { state: retryable ? 'retrying' : 'failed', code, detail });
    if (retryable) throw error;
    return { kind: 'dropped', why: `${code}: ${detail}` };
  }
}

type Of = Parameters<typeof withNews>[1];

async function note(deps: RegistryDeps, of: Of, news: EnrolmentNews): Promise<void> {
  const { requestId, clusterArn: arn } = of;
  await changeItem(deps, { type: 'enrolmentOutcome', requestId, clusterArn: arn }, (before) => {
    const outcome = withNews(before, of, news, deps.clock.now());
    return outcome && { put: [outcome] };
  });
}

async function newsOf(deps: RegistryDeps, arn: string, followed: Followed): Promise<EnrolmentNews> {
  switch (followed.kind) {
    case 'waiting':
      return { state: 'waiting', detail: followed.why };
    case 'missing':
      return { state: 'missing', detail: 'EKS has no cluster of that name there' };
    case 'dropped':
      return { state: 'failed', detail: followed.why };
    case 'retired':
      return { state: 'missing', detail: 'it is gone' };
    case 'enrolled':
    case 'known':
    case 'outdated': {
      const [item] = await deps.registry.get([{ type: 'cluster', clusterArn: arn }]);
      const { mode } = item?.cluster ?? {};
      const { rule } = item?.enrolment ?? {};
      const known = mode ? { mode } : {};
      if (followed.kind !== 'enrolled') return { state: 'known', ...known };
      return { state: 'enrolled', ...known, ...(rule === undefined ? {} : { rule }) };
    }
  }
}

/** What we do not know is tried again: it ends with the dead letters and their alarm. */
function problemOf(error: unknown): Pick<AppError, 'code' | 'message' | 'retryable'> | Unknown {
  if (error instanceof AppError) return error;
  return { code: 'bug', message: error instanceof Error ? error.message : String(error), retryable: true };
}

interface Unknown {
  readonly code: 'bug';
  readonly message: string;
  readonly retryable: true;
}
