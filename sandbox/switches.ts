import * as z from 'zod';
import { HISTORY_MS } from './timeline.ts';

const duration = z.number().int().min(0).max(HISTORY_MS);
const count = z.number().int().min(0);
const account = z.string().regex(/^\d{12}$/, 'an account is twelve digits');
/** `eks:ListClusters`; `eks:*` is every action of a service. Nothing else is a pattern. */
const action = z.string().regex(/^[a-z0-9-]+:([A-Za-z]+|\*)$/, 'an action is service:Operation or service:*');

/** Signing names of what can be called: the control plane, and where a graph is played the services of its cloud. */
const SERVICES = ['eks', 'iam', 'sts', 'dynamodb', 'sqs', 'events', 'sns', 'lambda'] as const;

/**
 * Everything that can be made to go wrong, each independent of the others. All are counted or timed by the
 * sandbox's clock, so the same calls meet the same trouble every time.
 */
const switchesSchema = z.strictObject({
  /** Every call takes this much longer, in real milliseconds. */
  latencyMs: z.number().int().min(0).max(60_000).default(0),
  /** A token bucket for each account, region, service and kind (reads, writes). */
  throttle: z
    .strictObject({
      ratePerSecond: z.number().positive(),
      /** How many calls may come at once; the rate unless said otherwise. */
      burst: z.number().int().min(1).optional(),
      /** Only these actions count and are throttled; all of them unless said otherwise. */
      actions: z.array(action).optional(),
    })
    .nullable()
    .default(null),
  /** Reads of EKS see the world as it was this long ago. */
  staleReadsMs: duration.default(0),
  /** Mutating calls that are carried out and then lose their connection instead of being answered. */
  loseAnswers: z
    .strictObject({
      /** Every Nth one. */
      every: z.number().int().min(1).optional(),
      /** The next N, after `skip`. */
      next: count.optional(),
      skip: count.optional(),
      actions: z.array(action).optional(),
    })
    .nullable()
    .default(null),
  /** List pages that fail with 500: the next N, after `skip` good ones. */
  failPages: z
    .strictObject({ next: count, skip: count.optional(), actions: z.array(action).optional() })
    .nullable()
    .default(null),
  /** EKS sees a new role, a changed trust policy or a deleted role this much later. */
  iamPropagationMs: duration.default(0),
  /** Actions that are refused with access denied: in one account, or in every one. */
  deny: z.array(z.strictObject({ account: account.optional(), actions: z.array(action).min(1) })).default([]),
  /** Places that answer 503; an empty entry is everywhere. Whoever calls meets it; what the cloud delivers by itself goes on. */
  unavailable: z
    .array(
      z.strictObject({
        account: account.optional(),
        region: z.string().optional(),
        service: z.enum(SERVICES).optional(),
      }),
    )
    .default([]),
  /** How long a cluster made through the API is CREATING. */
  clusterCreateMs: duration.default(0),
  /** How long a deleted cluster is DELETING. */
  clusterDeleteMs: duration.default(0),
  /** How long an add-on is CREATING or UPDATING. */
  addonMs: duration.default(0),
});

/** The switches, with every default filled in. */
export type Switches = z.output<typeof switchesSchema>;
/** Some switches; the rest keep their default. */
export type SwitchesInput = z.input<typeof switchesSchema>;

/** The switches were written wrongly; `problems` has one line each. */
export class SwitchesError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join('; '));
    this.name = 'SwitchesError';
    this.problems = problems;
  }
}

/** Checks switches from outside. Throws `SwitchesError`, so that a mistyped name is never a switch that stays off. */
export function parseSwitches(input: unknown): Switches {
  const parsed = switchesSchema.safeParse(input);
  if (parsed.success) return parsed.data;
  throw new SwitchesError(
    parsed.error.issues.map((issue) =>
      [issue.path.map(String).join('.'), issue.message].filter(Boolean).join(': '),
    ),
  );
}

/**
 * Switches from the command line: `staleReadsMs=2000`, `throttle.ratePerSecond=10`, `deny=[{"actions":["eks:*"]}]`.
 * A value is JSON. Throws `SwitchesError`.
 */
export function parseSwitchFlags(flags: readonly string[]): Switches {
  const input: Record<string, unknown> = {};
  for (const flag of flags) {
    const at = flag.indexOf('=');
    if (at < 0) throw new SwitchesError([`${flag}: expected NAME=VALUE`]);
    const [name = '', member] = flag.slice(0, at).split('.');
    const value = jsonOf(flag, flag.slice(at + 1));
    if (member === undefined) input[name] = value;
    else input[name] = { ...asObject(input[name]), [member]: value };
  }
  return parseSwitches(input);
}

function jsonOf(flag: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new SwitchesError([`${flag}: the value is not JSON`]);
  }
}

function asObject(value: unknown): object {
  return typeof value === 'object' && value !== null ? value : {};
}

/** The switches as they stand; counting starts again when they are set. */
export class SwitchBoard {
  private current: Switches;
  private settings = 0;

  constructor(initial: SwitchesInput = {}) {
    this.current = parseSwitches(initial);
  }

  get(): Switches {
    return this.current;
  }

  /** Grows with every change: who counts calls starts again when it does. */
  generation(): number {
    return this.settings;
  }

  /** Replaces every switch; what is left out is off. Throws `SwitchesError` and changes nothing then. */
  set(input: unknown): Switches {
    this.current = parseSwitches(input);
    this.settings++;
    return this.current;
  }

  /** Changes the switches named and leaves the others. Throws `SwitchesError` and changes nothing then. */
  change(input: unknown): Switches {
    if (typeof input !== 'object' || input === null || Array.isArray(input)) {
      throw new SwitchesError(['expected an object of switches']);
    }
    return this.set({ ...this.current, ...input });
  }
}

/** Whether an action (`eks:ListClusters`) is among exact actions and whole services (`eks:*`). */
export function isAmong(actions: readonly string[], service: string, operationName: string): boolean {
  return actions.includes(`${service}:${operationName}`) || actions.includes(`${service}:*`);
}
