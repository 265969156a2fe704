import type { ClusterReport } from '#shared/app/fleet/check-fleet.ts';
import { formatMappingKey } from '#shared/domain/key.ts';
import type { Mapping } from '#shared/domain/mapping.ts';

/**
 * The mappings that wish for nothing on any of the clusters, as a misspelt label makes them. Only told when every
 * cluster was asked for and could be read: else the cluster that a mapping is for may be one of the others.
 */
export function idleMappings(
  mappings: readonly Mapping[],
  reports: readonly ClusterReport[],
): readonly Mapping[] {
  const wished = new Set<string>();
  for (const report of reports) {
    if (report.kind !== 'checked') return [];
    for (const { wish } of report.check.situations.values())
      if (wish) wished.add(formatMappingKey(wish.mapping));
  }
  return mappings.filter(({ key }) => !wished.has(formatMappingKey(key)));
}

/** Where a mapping was written down: `payments.yaml:3`. */
export function sourceText({ source }: Mapping): string {
  return source ? `${source.file}:${source.line}` : 'the mapping';
}
