import type { Asked } from '#shared/app/registry/registry-deps.ts';
import { UsageError } from '../usage-error.ts';
import type { RegistryConnection } from './connect-registry.ts';

/** Who asks, as STS says, and why: what is written into the audit. Fails with `UsageError` for a reason that says nothing. */
export async function askedBy(
  { caller }: Pick<RegistryConnection, 'caller'>,
  reason: string,
  signal: AbortSignal,
): Promise<Asked> {
  const why = reason.trim();
  if (why === '') throw new UsageError('--reason is empty', 'say why: it is written into the audit');
  const { arn } = await caller({ signal });
  return { by: arn, why };
}
