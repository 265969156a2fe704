/** Who made a call to AWS, as its CloudTrail record tells (facts §5.1). */
export interface Principal {
  /** AWS's own word: `AssumedRole`, `IAMUser`, `Root`, `AWSService`, `IdentityCenterUser` …; `Unknown` when it told none. */
  readonly type: string;
  /** The session's, user's or root's ARN, as recorded. */
  readonly arn?: string;
  /** The IAM role behind a session: the part of a principal that stays the same from one session to the next. */
  readonly issuerArn?: string;
  readonly sessionName?: string;
  /** The caller's account, which need not be the account of what was changed. */
  readonly account?: string;
  /** The AWS service that made the call, on somebody's behalf or on its own. */
  readonly invokedBy?: string;
  /** An IP address, or the name of an AWS service. */
  readonly sourceIp?: string;
  readonly userAgent?: string;
  /** All that in a few words for a person: `role Admin (session alice) with Terraform from 203.0.113.7`. */
  readonly text: string;
}
