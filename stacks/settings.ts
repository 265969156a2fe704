/** What differs between stages. Everything that a person may want to change is here, and nowhere else. */
export interface Settings {
  /** The hub's home region. */
  readonly region: string;
  /** More regions of the hub's own account that have clusters. Spoke accounts get their rules from the spoke template. */
  readonly moreHubRegions: readonly string[];
  /** Who may send events, and in whose accounts Rolecall may take on its spoke roles. */
  readonly fleet: Fleet;
  /** The stage's name: part of all names in AWS, and the value of the tag `rolecall.dev/installation` that says what is ours. */
  readonly installation: string;
  /** Told to AWS when a spoke role is taken on; the same in the spoke template. No secret. */
  readonly externalId: string;
  /** Data is kept when the stage is removed, and cannot be deleted by mistake. */
  readonly production: boolean;
  readonly logRetentionDays: 7 | 14 | 30 | 90 | 180 | 365;
  readonly logLevel: 'DEBUG' | 'INFO' | 'WARN';
  /** Told when an alarm goes off. Each address gets a mail that asks to confirm. */
  readonly alarmEmails: readonly string[];
  /** Clusters reconciled at once, over the whole fleet. At least 2 (AWS's minimum). */
  readonly concurrentClusters: number;
  readonly brake: Brake;
}

/**
 * How many deletes and overwrites may happen within 24 hours that nobody approved one by one; the rest is held
 * until somebody releases the brake (`shared/domain/brake.ts`).
 */
export interface Brake {
  /** A cluster may always have this many … */
  readonly clusterFloor: number;
  /** … or this share of its associations, between 0 and 1, if that is more. */
  readonly clusterShare: number;
  /** Over the whole fleet. */
  readonly fleet: number;
}

/** A whole organisation, or accounts by number beside the hub's own, which always belongs to it. */
export type Fleet =
  | { readonly kind: 'organisation'; readonly id: string }
  | { readonly kind: 'accounts'; readonly accounts: readonly string[] };

type StageSettings = Omit<Settings, 'installation' | 'externalId'>;

const BASE: StageSettings = {
  region: 'eu-west-1',
  moreHubRegions: [],
  fleet: { kind: 'accounts', accounts: [] },
  production: false,
  logRetentionDays: 14,
  logLevel: 'INFO',
  alarmEmails: [],
  concurrentClusters: 20,
  brake: { clusterFloor: 5, clusterShare: 0.1, fleet: 50 },
};

/** Stages that differ from the base. Any other stage is somebody's own, and has the base's settings. */
const STAGES: Readonly<Record<string, Partial<StageSettings>>> = {
  /** The accounts of the demo fleet (sandbox/seed); it is played on a laptop and never deployed. */
  sandbox: {
    moreHubRegions: ['us-east-1'],
    fleet: { kind: 'accounts', accounts: ['444455556666', '777788889999'] },
  },
  /** Say here which organisation or accounts it looks after. */
  production: { production: true, logRetentionDays: 365 },
};

/** Longer would not fit into the names of functions and roles, which AWS cuts at 64 characters. */
const STAGE = /^[a-z][a-z0-9-]{0,29}$/;

/** The settings of a stage. Throws if its name cannot be part of names in AWS. */
export function settingsFor(stage: string): Settings {
  if (!STAGE.test(stage)) {
    throw new Error(
      `the stage "${stage}" must be 1 to 30 lower-case letters, digits and dashes, a letter first`,
    );
  }
  return { ...BASE, ...STAGES[stage], installation: stage, externalId: `rolecall-${stage}` };
}
