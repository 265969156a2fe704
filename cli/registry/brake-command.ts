import { releaseBrake } from '#shared/app/registry/release-brake.ts';
import { clusterCap, DEFAULT_BRAKE } from '#shared/domain/brake.ts';
import { FLEET } from '#shared/domain/registry/brake-ledger.ts';
import type { ClusterItem } from '#shared/domain/registry/cluster-item.ts';
import { whoText } from '#shared/domain/who-text.ts';
import type { CliContext } from '../cli-context.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { timeText } from '../text/age-text.ts';
import { type Style, styleFor } from '../text/style.ts';
import { tableLines } from '../text/table.ts';
import { UsageError } from '../usage-error.ts';
import { askedBy } from './asked-by.ts';
import type { RegistryConnection } from './connect-registry.ts';
import { findCluster, findClusters } from './find-clusters.ts';
import { say } from './say.ts';
import { type RegistryOptions, withRegistry } from './with-registry.ts';

/** The options of `rolecall brake`. */
export interface BrakeOptions extends RegistryOptions {
  readonly reason?: string;
  readonly cluster?: string;
  readonly fleet?: boolean;
}

/** `rolecall brake`: what was used of the allowance for deletes and overwrites, and letting go on. */
export async function brakeCommand(
  context: CliContext,
  action: 'status' | 'release',
  options: BrakeOptions,
): Promise<ExitCode> {
  if (options.cluster !== undefined && options.fleet) {
    throw new UsageError('--cluster and --fleet contradict each other', 'give one of them');
  }
  return await withRegistry(context, options, (connection) =>
    action === 'status' ? status(context, options, connection) : release(context, options, connection),
  );
}

async function status(
  { io, color }: CliContext,
  { cluster, fleet }: BrakeOptions,
  { registry, clock }: RegistryConnection,
): Promise<ExitCode> {
  const now = clock.now();
  const items = fleet ? [] : await findClusters(registry, { cluster }, io.signal);
  const whole = await registry.readBrake(FLEET, now, { signal: io.signal });
  const rows: Usage[] = [];
  for (const item of items) {
    const held = item.findings?.brakeEngaged?.firstSeenAt !== undefined;
    const { cluster: used, releasedAt } = await registry.readBrake(item.cluster.arn, now, {
      signal: io.signal,
    });
    // Of a whole fleet only those are told that used something.
    if (cluster === undefined && used === 0 && !held) continue;
    const cap = clusterCap(DEFAULT_BRAKE, item.associations ?? 0);
    rows.push({ name: item.cluster.name, used, cap, held, releasedAt });
  }
  const { fleet: used, releasedAt } = whole;
  const fleetRow = {
    name: 'fleet',
    used,
    cap: DEFAULT_BRAKE.fleet,
    held: used >= DEFAULT_BRAKE.fleet,
    releasedAt,
  };
  const all = [fleetRow, ...rows];
  io.stdout.write(usageTable(all, styleFor(io.stdout, io, { color })));
  const held = all.some((row) => row.held);
  io.stdout.write(
    held
      ? '\nExit 2: deletes or overwrites are held. See why, then: rolecall brake release --reason TEXT --cluster NAME\n'
      : '\nExit 0: nothing is held\n',
  );
  return held ? EXIT.differences : EXIT.clean;
}

interface Usage {
  readonly name: string;
  readonly used: number;
  readonly cap: number;
  readonly held: boolean;
  readonly releasedAt: number;
}

function usageTable(rows: readonly Usage[], style: Style): string {
  const heading = ['SCOPE', 'USED IN 24H', 'ALLOWED', 'BRAKE', 'LAST RELEASED'];
  const cells = rows.map(({ name, used, cap, held, releasedAt }) => [
    { text: name },
    { text: String(used) },
    { text: String(cap) },
    held ? { text: 'holds', tone: 'delete' as const } : { text: 'off', tone: 'good' as const },
    { text: releasedAt === 0 ? '-' : timeText(releasedAt) },
  ]);
  const titles = heading.map((text) => ({ text, tone: 'strong' as const }));
  return `${tableLines([titles, ...cells], { indent: 0, shrinkTo: {}, headed: true }, style).join('\n')}\n`;
}

async function release(
  context: CliContext,
  { cluster, fleet, reason }: BrakeOptions,
  connection: RegistryConnection,
): Promise<ExitCode> {
  const { io } = context;
  if (reason === undefined) throw new UsageError('why?', 'add --reason TEXT: it is written into the audit');
  if (cluster === undefined && !fleet) {
    throw new UsageError('of what?', 'give --cluster NAME, or --fleet');
  }
  const item: ClusterItem | undefined =
    cluster === undefined ? undefined : await findCluster(connection.registry, cluster, io.signal);
  const asked = await askedBy(connection, reason, io.signal);
  const scope = item?.cluster.arn ?? FLEET;
  if ((await releaseBrake(connection, scope, asked)) === 'unknownCluster') {
    throw new UsageError(`the registry knows no cluster ${scope}`, 'rolecall get clusters lists them');
  }
  const next = item
    ? 'What was held there is reconciled again now.'
    : 'What it held is reconciled again now; what a cluster holds of its own goes on only when that is released, too.';
  const whose = item?.cluster.name ?? 'the fleet';
  say(context, `The brake of ${whose} is released: what was used until now no longer counts. ${next}`);
  say(context, `  Released by ${whoText(asked.by)}: ${asked.why}`);
  return EXIT.clean;
}
