/**
 * Counts calls to AWS by operation (`eks:DescribePodIdentityAssociation`), each attempt as one, so that every caller
 * can say what an answer cost.
 */
export interface CallCounter {
  count(operation: string): void;
  /** Told of every answer that asked us to slow down, also where the call then went well. */
  throttled?(operation: string): void;
}

/** Calls by operation, sorted by name. */
export type CallCounts = Readonly<Record<string, number>>;
