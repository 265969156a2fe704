/** What the process answers to whoever started it; the same as Terraform's detailed exit codes. */
export const EXIT = {
  /** Everything is as wished. */
  clean: 0,
  /** Something went wrong, or could not be known. */
  error: 1,
  /** There are differences. */
  differences: 2,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
