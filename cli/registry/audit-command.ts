import { formatKey, formatMappingKey, type MappingKey, parseKey } from '#shared/domain/key.ts';
import type { CliContext } from '../cli-context.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { UsageError } from '../usage-error.ts';
import { AUDIT_VIEW } from './audit-view.ts';
import { findCluster } from './find-clusters.ts';
import { itemsOf, pageSize, take } from './pages.ts';
import { type ListOutput, printList } from './print-list.ts';
import { type RegistryOptions, withRegistry } from './with-registry.ts';

/** The options of `rolecall audit`. */
export interface AuditOptions extends RegistryOptions {
  readonly output: ListOutput;
  readonly cluster?: string;
  readonly mapping?: string;
  readonly limit: number;
}

/** `rolecall audit`: what was done, newest first: for the fleet, on a cluster, or about a mapping. */
export async function auditCommand(context: CliContext, options: AuditOptions): Promise<ExitCode> {
  const { cluster, mapping, limit, output } = options;
  if (cluster !== undefined && mapping !== undefined) {
    throw new UsageError('--cluster and --mapping are two lists', 'give one of them');
  }
  const key = mapping === undefined ? undefined : readMappingKey(mapping);
  const { signal } = context.io;
  await withRegistry(context, options, async ({ registry }) => {
    const item = cluster === undefined ? undefined : await findCluster(registry, cluster, signal);
    const entries = itemsOf(
      (page) => (key ? registry.auditOfMapping(key, page) : registry.auditOfCluster(item?.cluster.arn, page)),
      { signal, limit: pageSize(limit) },
    );
    await printList(await take(entries, limit), AUDIT_VIEW, output, context);
  });
  return EXIT.clean;
}

/** `set/namespace/service-account`; without a set it is of `default`. Throws `UsageError`. */
export function readMappingKey(text: string): MappingKey {
  const slashes = text.split('/').length - 1;
  const clusterSet = slashes === 2 ? text.slice(0, text.indexOf('/')) : 'default';
  const key = parseKey(slashes === 2 ? text.slice(text.indexOf('/') + 1) : text);
  if (key && clusterSet !== '') return { clusterSet, ...key };
  const example = { clusterSet: 'default', namespace: 'payments', serviceAccount: 'api' };
  throw new UsageError(
    `no mapping can be called ${JSON.stringify(text)}`,
    `write ${formatMappingKey(example)}, or ${formatKey(example)} for the set default`,
  );
}
