import { createHash } from 'node:crypto';

const RANDOM_END = /-[a-z]{8}(\.fifo)?$/;

/**
 * SST ends physical names with eight random letters and has the engine ignore later changes to them, so that a resource
 * keeps the name it first got. Here the letters follow from the URN, so that the graph is the same in every run.
 *
 * @param ignored the properties whose changes the program told the engine to ignore
 */
export function withStableNames(
  inputs: Readonly<Record<string, unknown>>,
  ignored: readonly string[],
  urn: string,
): Record<string, unknown> {
  const stable = { ...inputs };
  for (const property of ignored) {
    const value = stable[property];
    if (typeof value === 'string') {
      stable[property] = value.replace(RANDOM_END, (_all, fifo = '') => `-${lettersFor(urn)}${fifo}`);
    }
  }
  return stable;
}

/** Eight lower-case letters that follow from a text. */
export function lettersFor(text: string): string {
  const digest = createHash('sha256').update(text).digest();
  return Array.from(digest.subarray(0, 8), (byte) => String.fromCharCode(97 + (byte % 26))).join('');
}
