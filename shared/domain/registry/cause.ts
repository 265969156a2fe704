/** Who changed something behind our back, as far as an event told. */
export interface Cause {
  /** The ARN of the principal; of an assumed role, of the session. */
  readonly principal: string;
  /** The event's own id, to find it in CloudTrail. */
  readonly eventId: string;
  /** `UpdatePodIdentityAssociation` … */
  readonly eventName?: string;
  /** When it happened, epoch milliseconds. */
  readonly at: number;
  /** What used the role that was changed, as far as the registry knew then; only where a role was. */
  readonly affected?: Affected;
}

/** How much one change reaches. */
export interface Affected {
  readonly serviceAccounts: number;
  readonly clusters: number;
}
