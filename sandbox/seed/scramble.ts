/** 32 bits into 32 other bits, and back: indices become ids that do not look like a sequence. */

const MULTIPLIER = 0x9e3779b1;
const INVERSE = inverseOf(MULTIPLIER);

/** A one-to-one scrambling of 0 … 2^32 - 1. */
export function scramble(index: number, salt: number): number {
  return Math.imul((index ^ salt) >>> 0, MULTIPLIER) >>> 0;
}

/** The index that was scrambled. */
export function unscramble(scrambled: number, salt: number): number {
  return (Math.imul(scrambled, INVERSE) ^ salt) >>> 0;
}

/** A number of 32 bits out of a text, always the same. FNV-1a with a final mix. */
export function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return (hash ^ (hash >>> 13)) >>> 0;
}

/** Newton's iteration doubles the number of right bits each time. */
function inverseOf(odd: number): number {
  let inverse = odd;
  for (let round = 0; round < 5; round += 1) {
    inverse = Math.imul(inverse, 2 - Math.imul(odd, inverse));
  }
  return inverse >>> 0;
}
