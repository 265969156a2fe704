import * as z from 'zod/mini';
import { ENV } from './names.ts';

/** A text that must be there. */
const Text = z.string().check(z.minLength(1));
const Url = z.url();
/** Digits only: `Number` would take an empty text for 0. */
const Count = z.pipe(
  z.string().check(z.regex(/^\d{1,9}$/, 'is no whole number')),
  z.transform((text: string) => Number(text)),
);
const Share = z.pipe(
  z.string().check(z.regex(/^(0(\.\d+)?|1(\.0+)?)$/, 'is not between 0 and 1')),
  z.transform((text: string) => Number(text)),
);

/** What each environment variable of the functions must look like. */
const VARIABLES = {
  installation: Text,
  registryTable: Text,
  outboxTable: Text,
  inboundQueueUrl: Url,
  reconcileQueueUrl: Url,
  waitingQueueUrl: Url,
  enrolQueueUrl: Url,
  busName: Text,
  spokeReadRole: Text,
  spokeWriteRole: Text,
  spokeExternalId: Text,
  brakeClusterFloor: Count,
  brakeClusterShare: Share,
  brakeFleet: Count,
} as const;

type Variable = keyof typeof VARIABLES;
export type Config<Name extends Variable> = { readonly [Key in Name]: z.infer<(typeof VARIABLES)[Key]> };

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads the variables that a function needs, once, when it starts. Throws one error that names every variable that is
 * missing or wrong, so that a wrong deployment is put right in one go.
 */
export function readConfig<const Name extends Variable>(
  environment: Environment,
  names: readonly Name[],
): Config<Name> {
  const problems: string[] = [];
  const values = names.map((name) => {
    const parsed = z.safeParse(VARIABLES[name], environment[ENV[name]]);
    if (!parsed.success) problems.push(`${ENV[name]}: ${problemOf(parsed.error, environment[ENV[name]])}`);
    return [name, parsed.data] as const;
  });
  if (problems.length > 0) throw new Error(`the environment is not as it must be: ${problems.join('; ')}`);
  return Object.fromEntries(values) as Config<Name>;
}

function problemOf(error: z.core.$ZodError, value: string | undefined): string {
  if (value === undefined) return 'is missing';
  return value === '' ? 'is empty' : (error.issues[0]?.message ?? 'is wrong');
}
