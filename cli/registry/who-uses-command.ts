import { parseRole, type RoleUser, whoUses } from '#shared/app/registry/who-uses.ts';
import type { ClusterItem } from '#shared/domain/registry/cluster-item.ts';
import type { Registry } from '#shared/ports/registry/registry.ts';
import type { RoleName } from '#shared/ports/registry/registry-lists.ts';
import type { CliContext } from '../cli-context.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { UsageError } from '../usage-error.ts';
import type { ClusterAssociation } from './association-status.ts';
import { ASSOCIATION_VIEW } from './association-view.ts';
import { findClusters } from './find-clusters.ts';
import type { ListView } from './list-view.ts';
import { take } from './pages.ts';
import { type ListOutput, printList } from './print-list.ts';
import { type RegistryOptions, withRegistry } from './with-registry.ts';

/** The options of `rolecall who-uses`. */
export interface WhoUsesOptions extends RegistryOptions {
  readonly output: ListOutput;
  readonly limit?: number;
}

interface RoleRow extends ClusterAssociation {
  readonly as: RoleUser['as'];
}

const VIEW: ListView<RoleRow> = {
  ...ASSOCIATION_VIEW,
  kind: 'RoleUser',
  plural: 'users of this role',
  columns: [
    { title: 'AS', cell: ({ as }) => ({ text: as === 'role' ? 'role' : 'target role' }) },
    ...ASSOCIATION_VIEW.columns,
  ],
  document: ({ as, ...row }) => ({ as, ...ASSOCIATION_VIEW.document(row) }),
};

/** `rolecall who-uses`: every service account that gets a role, as role or as target role. */
export async function whoUsesCommand(
  context: CliContext,
  text: string,
  options: WhoUsesOptions,
): Promise<ExitCode> {
  await withRegistry(context, options, async ({ registry }) => {
    const clusters = await findClusters(registry, {}, context.io.signal);
    const rows = usersOf(registry, rolesMeant(text, clusters), clusters);
    await printList(await take(rows, options.limit), VIEW, options.output, context);
  });
  return EXIT.clean;
}

/** A name alone is looked for in the account of every cluster. */
function rolesMeant(text: string, clusters: readonly ClusterItem[]): readonly RoleName[] {
  const role = parseRole(text);
  if (role) return [role];
  if (/^[\w+=,.@-]{1,64}$/.test(text)) {
    const accounts = new Set(clusters.map(({ cluster }) => cluster.account));
    return [...accounts].map((account) => ({ account, roleName: text }));
  }
  throw new UsageError(
    `no role can be called ${JSON.stringify(text)}`,
    'give its ARN, ACCOUNT/NAME, or its name to look in the accounts of all clusters',
  );
}

async function* usersOf(
  registry: Registry,
  roles: readonly RoleName[],
  clusters: readonly ClusterItem[],
): AsyncGenerator<RoleRow> {
  const byArn = new Map(clusters.map((item) => [item.cluster.arn, item]));
  for (const role of roles) {
    for await (const users of whoUses({ registry }, role)) {
      for (const { item, as } of users) {
        const cluster = byArn.get(item.clusterArn);
        if (cluster) yield { item, cluster, as };
      }
    }
  }
}
