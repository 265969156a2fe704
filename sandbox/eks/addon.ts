/** An add-on as the sandbox keeps it. Times are epoch milliseconds. */
export interface Addon {
  readonly addonName: string;
  readonly addonArn: string;
  readonly addonVersion: string;
  /** The state from `readyAt` on. */
  readonly status: string;
  /** The state before `readyAt`. */
  readonly pendingStatus: string;
  readonly readyAt: number;
  readonly createdAt: number;
  readonly modifiedAt: number;
  readonly tags: Readonly<Record<string, string>>;
  /** Where the add-on's service accounts live. */
  readonly namespace: string;
  /** The associations that the add-on owns, by id. */
  readonly associationIds: readonly string[];
  readonly serviceAccountRoleArn?: string | undefined;
  readonly configurationValues?: string | undefined;
}

/** One UpdateAddon, for DescribeUpdate. */
export interface AddonUpdate {
  readonly id: string;
  readonly addonName: string;
  readonly createdAt: number;
  /** When it is Successful; InProgress before. */
  readonly readyAt: number;
  readonly params: readonly { readonly type: string; readonly value: string }[];
}
