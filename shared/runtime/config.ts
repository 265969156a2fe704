import { ENV } from './names.ts';

/** What one variable must look like, and what it then is. */
interface Kind<Value> {
  fits(given: string): boolean;
  /** Follows the variable's name when it does not fit. */
  readonly problem: string;
  read(given: string): Value;
}

const text: Kind<string> = { fits: () => true, problem: 'is no text', read: (given) => given };
const url: Kind<string> = {
  fits: (given) => URL.canParse(given),
  problem: 'is no URL',
  read: (given) => given,
};
/** Digits only: `Number` would take more, such as 1e9. */
const count: Kind<number> = {
  fits: (given) => /^\d{1,9}$/.test(given),
  problem: 'is no whole number',
  read: Number,
};
const share: Kind<number> = {
  fits: (given) => /^(0(\.\d+)?|1(\.0+)?)$/.test(given),
  problem: 'is not between 0 and 1',
  read: Number,
};

/**
 * What each environment variable of the functions must look like. Not a schema of zod's, which most functions would load for
 * nothing else: docs/decisions/0016-what-a-cold-start-carries.md.
 */
const VARIABLES = {
  installation: text,
  registryTable: text,
  outboxTable: text,
  inboundQueueUrl: url,
  reconcileQueueUrl: url,
  waitingQueueUrl: url,
  enrolQueueUrl: url,
  busName: text,
  spokeReadRole: text,
  spokeWriteRole: text,
  spokeExternalId: text,
  brakeClusterFloor: count,
  brakeClusterShare: share,
  brakeFleet: count,
} as const;

type Variable = keyof typeof VARIABLES;
export type Config<Name extends Variable> = {
  readonly [Key in Name]: ReturnType<(typeof VARIABLES)[Key]['read']>;
};

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads the variables that a function needs, once, when it starts. Throws one error that names every variable that is
 * missing or wrong, so that a wrong deployment is put right in one go.
 */
export function readConfig<const Name extends Variable>(
  environment: Environment,
  names: readonly Name[],
): Config<Name> {
  const read = names.map((name) => ({ name, ...readVariable(name, environment[ENV[name]]) }));
  const problems = read.flatMap(({ name, problem }) =>
    problem === undefined ? [] : [`${ENV[name]}: ${problem}`],
  );
  if (problems.length > 0) throw new Error(`the environment is not as it must be: ${problems.join('; ')}`);
  return Object.fromEntries(read.map(({ name, value }) => [name, value])) as Config<Name>;
}

function readVariable(
  name: Variable,
  given: string | undefined,
): { readonly value?: string | number; readonly problem?: string } {
  if (given === undefined) return { problem: 'is missing' };
  if (given === '') return { problem: 'is empty' };
  const kind = VARIABLES[name];
  return kind.fits(given) ? { value: kind.read(given) } : { problem: kind.problem };
}
