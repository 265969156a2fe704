/**
 * Counts calls to AWS by operation (`eks:DescribePodIdentityAssociation`), each attempt as one, so that every caller
 * can say what an answer cost.
 */
export interface CallCounter {
  count(operation: string): void;
}

/** Calls by operation, sorted by name. */
export type CallCounts = Readonly<Record<string, number>>;
