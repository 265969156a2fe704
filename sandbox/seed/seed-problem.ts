/** Something that is wrong with a seed. */
export interface SeedProblem {
  readonly file: string;
  /** Counted from 1; 1 where the seed did not come from a text. */
  readonly line: number;
  /** `accounts.111122223333.roles.payments-api.trust`; empty for the file as a whole. */
  readonly field: string;
  /** Which rule: `yaml`, zod's own code, or one of the rules between fields such as `role.unknown`. */
  readonly rule: string;
  /** One sentence for a person. */
  readonly message: string;
}

/** A seed that cannot be used, with everything that is wrong with it. */
export class SeedError extends Error {
  readonly problems: readonly SeedProblem[];

  constructor(problems: readonly SeedProblem[]) {
    super(problems.map(formatSeedProblem).join('\n'));
    this.name = 'SeedError';
    this.problems = problems;
  }
}

/** `fleet.yaml:12 accounts.1111….roles.api: a role name has … (rule)` */
function formatSeedProblem({ file, line, field, rule, message }: SeedProblem): string {
  return `${file}:${line}${field === '' ? '' : ` ${field}`}: ${message} (${rule})`;
}
