import { createHash } from 'node:crypto';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** The prefix tells the kind: a role's id, a user's, a managed policy's, a temporary access key. */
export type UniqueIdPrefix = 'AROA' | 'AIDA' | 'ANPA' | 'ASIA';

/**
 * A unique id in IAM's form, computed from what it stands for: the same `source` gives the same id, so that a seeded
 * world is the same on every machine. Role and policy ids have 21 characters, access keys 20.
 */
export function uniqueId(prefix: UniqueIdPrefix, source: string): string {
  const length = prefix === 'ASIA' ? 16 : 17;
  const digest = createHash('sha256').update(`${prefix} ${source}`).digest();
  return prefix + Array.from(digest.subarray(0, length), (byte) => ALPHABET.charAt(byte % 32)).join('');
}
