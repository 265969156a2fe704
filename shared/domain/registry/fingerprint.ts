/**
 * Eleven characters that differ when the text does: enough to see that something changed, no protection against
 * somebody who wants them to be the same. Stable for ever: two rounds of FNV-1a with different beginnings.
 */
export function fingerprint(text: string): string {
  return (round(text, 0x811c9dc5).toString(36) + round(text, 0x9e3779b9).toString(36)).slice(0, 11);
}

/** A number below `count` that is always the same for the same text. */
export function shardOf(text: string, count: number): number {
  return round(text, 0x811c9dc5) % count;
}

function round(text: string, beginning: number): number {
  let hash = beginning;
  for (let index = 0; index < text.length; index += 1) {
    hash ^= text.charCodeAt(index);
    hash = Math.imul(hash, 0x01000193);
  }
  return hash >>> 0;
}
