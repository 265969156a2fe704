import { tagValueFault } from '#shared/domain/manifest/tag-rules.ts';
import type { CliIo } from './cli-io.ts';
import { UsageError } from './usage-error.ts';

/** Whose associations are ours where nobody says otherwise. */
const DEFAULT_OWNER = 'rolecall';

/** Names the installation for the commands over the registry, and for those that read without one. */
const VARIABLE = 'ROLECALL_INSTALLATION';

/** The installation whose associations count as ours, as their tag `rolecall.dev/installation` says. */
export interface OwnerMeant {
  readonly name: string;
  /** Who named it. */
  readonly from: 'option' | 'environment' | 'default';
}

/** Whose associations are meant: `--owner`, else what the environment names, else `rolecall`. Fails with `UsageError`. */
export function ownerMeant(owner: string | undefined, { env }: Pick<CliIo, 'env'>): OwnerMeant {
  if (owner !== undefined) return { name: legible(owner, '--owner'), from: 'option' };
  const installation = env[VARIABLE];
  if (installation) return { name: legible(installation, VARIABLE), from: 'environment' };
  return { name: DEFAULT_OWNER, from: 'default' };
}

/** What to say before anything is shown; `undefined` where the person has said it, or nothing is special. */
export function ownerNote({ name, from }: OwnerMeant): string | undefined {
  return from === 'environment'
    ? `Read as the installation ${name}, which ${VARIABLE} names: what bears its tag is ours. --owner says otherwise.`
    : undefined;
}

/**
 * Refuses to write for an installation that only the environment names: a variable that was set for something else in
 * the same shell must not decide whose associations are changed.
 */
export function refuseUnnamedOwner({ name, from }: OwnerMeant): void {
  if (from !== 'environment') return;
  throw new UsageError(
    `--repair wants an --owner that you name: ${VARIABLE} (${name}) is only taken for reading`,
    `add --owner ${name} to write as that installation, or --owner ${DEFAULT_OWNER} to leave what is its alone`,
  );
}

/** The words by which another command means the same. */
export function ownerWords({ name, from }: OwnerMeant): readonly string[] {
  return from === 'default' ? [] : ['--owner', name];
}

function legible(owner: string, where: string): string {
  const fault = owner === '' ? 'it is empty' : tagValueFault(owner);
  if (fault !== undefined) throw new UsageError(`${where} goes into a tag: ${fault}`);
  return owner;
}
