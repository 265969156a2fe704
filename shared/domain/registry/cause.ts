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
}
