import type { WantedEnrolment } from '#shared/app/enrol/request-enrolment.ts';
import type { EnrolmentPlace } from '#shared/domain/registry/enrolment-request.ts';
import { listText } from '../text/count-text.ts';
import { UsageError } from '../usage-error.ts';
import { parseClusterArn } from './cluster-names.ts';

/** What a command line says about which clusters are to be enrolled. */
export interface EnrolmentTargets {
  /** Names or ARNs; empty for every cluster of the places. */
  readonly names: readonly string[];
  readonly accounts: readonly string[];
  readonly regions: readonly string[];
}

/**
 * The accounts and regions that are meant, each with the names that are. Throws `UsageError` for what is not clear:
 * a name is looked for in one place only, so that no cluster of that name is enrolled by accident.
 *
 * @param partition of the hub: it reaches no other
 */
export function readTargets(targets: EnrolmentTargets, partition: string): readonly WantedEnrolment[] {
  const accounts = [...new Set(targets.accounts)];
  const regions = [...new Set(targets.regions)];
  const names = [...new Set(targets.names)];
  const arns = names.filter((name) => name.startsWith('arn:'));
  const plain = names.filter((name) => !name.startsWith('arn:'));
  if (names.length === 0) return everyCluster(accounts, regions, partition);
  if (plain.length === 0 && accounts.length + regions.length > 0) {
    throw new UsageError('an ARN says where its cluster is', 'leave out --account and --in-region');
  }
  return [...namedByArn(arns, partition), ...namedPlainly(plain, { accounts, regions }, partition)];
}

function everyCluster(
  accounts: readonly string[],
  regions: readonly string[],
  partition: string,
): readonly WantedEnrolment[] {
  if (accounts.length === 0 || regions.length === 0) {
    throw new UsageError(
      `of which ${accounts.length === 0 ? 'account' : 'region'}?`,
      'give --account and --in-region: every cluster there; or name clusters, too',
    );
  }
  return accounts.flatMap((account) => regions.map((region) => ({ place: { partition, account, region } })));
}

function namedByArn(arns: readonly string[], partition: string): readonly WantedEnrolment[] {
  const places = new Map<string, { readonly place: EnrolmentPlace; readonly names: string[] }>();
  for (const arn of arns) {
    const ref = parseClusterArn(arn);
    if (!ref)
      throw new UsageError(
        `no ARN of a cluster: ${arn}`,
        `write arn:${partition}:eks:REGION:ACCOUNT:cluster/NAME`,
      );
    if (ref.partition !== partition) {
      throw new UsageError(
        `${arn} is in the partition ${ref.partition}, and this installation in ${partition}`,
        'roles are taken on within one partition: deploy an installation there',
      );
    }
    const { name, ...place } = ref;
    const key = `${place.account}/${place.region}`;
    const known = places.get(key) ?? { place, names: [] };
    known.names.push(name);
    places.set(key, known);
  }
  return [...places.values()];
}

function namedPlainly(
  names: readonly string[],
  { accounts, regions }: Omit<EnrolmentTargets, 'names'>,
  partition: string,
): readonly WantedEnrolment[] {
  if (names.length === 0) return [];
  const [account] = accounts;
  const [region] = regions;
  if (account === undefined || region === undefined || accounts.length + regions.length > 2) {
    throw new UsageError(
      `where is ${listText(names, 4)}?`,
      'with names, give one --account and one --in-region; or the ARNs of the clusters',
    );
  }
  const strange = names.find((name) => !/^[A-Za-z0-9][\w-]{0,99}$/.test(name));
  if (strange !== undefined) {
    throw new UsageError(
      `no cluster can be called ${JSON.stringify(strange)}`,
      'at most 100 letters, digits, hyphens and underscores',
    );
  }
  return [{ place: { partition, account, region }, names }];
}
