import { formatKey } from '#shared/domain/key.ts';
import type { OutboxEntry } from '#shared/domain/registry/outbox-entry.ts';

/**
 * A cause in one line for a chat or a mail: what is wrong, where it was seen first, how much it reaches, who did it, and
 * how to ask for all of it.
 */
export function causeText(entry: Extract<OutboxEntry, { readonly type: 'CauseNoticed' }>): string {
  const { severity, kind, message, clusterArn, key, cause, causeKey } = entry;
  const cluster = clusterArn.slice(clusterArn.indexOf('/') + 1);
  const where = key === undefined ? cluster : `${formatKey(key)} on ${cluster}`;
  const by = cause && `${cause.eventName ?? 'changed'} by ${cause.principal}. `;
  return (
    `${severity}: ${kind}: ${message} (${where}${reach(cause?.affected)}). ${by ?? ''}` +
    `All of it: rolecall get findings --cause ${causeKey}`
  );
}

function reach(
  affected: { readonly serviceAccounts: number; readonly clusters: number } | undefined,
): string {
  if (affected === undefined) return '';
  const { serviceAccounts, clusters } = affected;
  const accounts = `${serviceAccounts} service account${serviceAccounts === 1 ? '' : 's'}`;
  return `; ${accounts} on ${clusters} cluster${clusters === 1 ? '' : 's'} use the role`;
}
