import { parseArgs } from 'node:util';

/** What somebody with an account decided. */
export interface VerifyOptions {
  /** Throw-away stage of the hub. */
  readonly stage: string;
  readonly cluster: string;
  /** The caller's account must be this one: nothing is done in another. */
  readonly account: string;
  /** The home region of the stage (`stacks/settings.ts`); the cluster must be in it. */
  readonly region: string;
  /** Subnets of a cluster to be made and deleted again; without them the cluster must be there. */
  readonly subnets?: readonly string[];
  readonly dryRun: boolean;
  /** Do not ask before money is spent. */
  readonly yes: boolean;
}

export const USAGE = `npm run verify:aws -- --account ID --cluster NAME [options]

  --account ID        account to work in; refused when the credentials are of another
  --cluster NAME      EKS cluster to use, in that account and region. Only associations of the namespace
                      rolecall-verify are made and changed; one of an add-on, if there is any, is asked to
                      have the role that it has
  --stage NAME        throw-away stage (default: verify); production is refused
  --region NAME       home region of the stage in stacks/settings.ts (default: eu-west-1)
  --create-cluster    make the cluster first, and delete it at the end (needs --subnets)
  --subnets A,B       two subnets of the cluster to be made
  --dry-run           print every step and command, and call nothing
  --yes               do not ask before money is spent`;

/** A mistake in the command line. */
export class UsageError extends Error {}

/** Stages that people depend on. */
const KEPT = ['production', 'prod', 'staging'];
const STAGE = /^[a-z][a-z0-9-]{0,29}$/;

/** Reads the command line. Throws `UsageError` when it says too little, or something dangerous. */
export function readOptions(args: readonly string[]): VerifyOptions {
  const { values } = parse(args);
  const { stage, cluster, account, region } = values;
  if (!STAGE.test(stage) || KEPT.includes(stage)) throw new UsageError(`"${stage}" is no throw-away stage`);
  if (cluster === undefined) throw new UsageError('--cluster is needed');
  if (account === undefined || !/^\d{12}$/.test(account)) throw new UsageError('--account needs 12 digits');
  const subnets = values.subnets?.split(',').filter((subnet) => subnet !== '');
  if (values['create-cluster'] !== (subnets !== undefined)) {
    throw new UsageError('--create-cluster and --subnets go together');
  }
  const decided = { stage, cluster, account, region, dryRun: values['dry-run'], yes: values.yes };
  return subnets === undefined ? decided : { ...decided, subnets };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        stage: { type: 'string', default: 'verify' },
        cluster: { type: 'string' },
        account: { type: 'string' },
        region: { type: 'string', default: 'eu-west-1' },
        'create-cluster': { type: 'boolean', default: false },
        subnets: { type: 'string' },
        'dry-run': { type: 'boolean', default: false },
        yes: { type: 'boolean', default: false },
      },
    });
  } catch (cause) {
    throw new UsageError(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}
