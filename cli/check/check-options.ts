import type { CliIo } from '../cli-io.ts';
import { ownerMeant, refuseUnnamedOwner } from '../owner-meant.ts';
import { UsageError } from '../usage-error.ts';

/** The options of `rolecall check` as commander hands them on. */
export interface CheckOptions {
  readonly file: readonly string[];
  readonly cluster?: readonly string[];
  readonly allClusters?: boolean;
  readonly region?: readonly string[];
  readonly profile?: readonly string[];
  readonly verify: 'full' | 'membership';
  readonly memory?: string;
  readonly roles: 'all' | 'written' | 'none';
  readonly owner?: string;
  readonly repair?: boolean;
  readonly prune?: boolean;
  readonly yes?: boolean;
  readonly maxChanges?: number;
  readonly strict?: boolean;
  readonly output: 'table' | 'wide' | 'json' | 'yaml' | 'name';
  readonly concurrency: number;
  readonly timeout?: number;
  readonly quiet?: boolean;
}

/** Throws `UsageError` for options that cannot be meant together, before anything is read or called. */
export function refuseContradictions(options: CheckOptions, io: Pick<CliIo, 'stdin' | 'env'>): void {
  if (options.cluster && options.allClusters) {
    throw new UsageError('--cluster and --all-clusters contradict each other', 'give one of them');
  }
  if (!options.cluster && !options.allClusters) {
    throw new UsageError('which clusters?', 'give --cluster NAME, once or more, or --all-clusters');
  }
  if (options.prune && !options.repair) {
    throw new UsageError(
      '--prune deletes, so it goes with --repair',
      'add --repair: the plan is shown first. A check without it shows what would be deleted as held',
    );
  }
  if (options.prune && options.owner === undefined) {
    throw new UsageError(
      '--prune wants an --owner that you name',
      'only what bears the tag of that owner is deleted: add --owner NAME (rolecall is the default elsewhere)',
    );
  }
  for (const flag of ['yes', 'maxChanges'] as const) {
    if (options[flag] !== undefined && !options.repair) {
      throw new UsageError(
        `${flag === 'yes' ? '--yes' : '--max-changes'} goes with --repair`,
        'add --repair',
      );
    }
  }
  if (options.maxChanges !== undefined && !options.yes) {
    throw new UsageError(
      '--max-changes bounds a repair that nobody approves, so it goes with --yes',
      'add --yes, or leave out --max-changes: then you are asked, and exactly what you approve is done',
    );
  }
  if (options.repair && !options.yes && options.file.includes('-') && !io.stdin.isTTY) {
    throw new UsageError(
      'the manifests come from the standard input, so nobody can be asked',
      'add --yes, or give the manifests as files',
    );
  }
  const owner = ownerMeant(options.owner, io);
  if (options.repair) refuseUnnamedOwner(owner);
}
