const LOWER_ALPHANUMERIC = 'abcdefghijklmnopqrstuvwxyz0123456789';
const HEX = '0123456789abcdef';

/** A seeded source of names: the same seed and the same order of questions give the same answers. */
export interface RandomSource {
  /** An integer from 0 to `bound` - 1. */
  integer(bound: number): number;
  text(length: number, alphabet: string): string;
}

/** Mulberry32: small, fast and good enough for names; never for secrets that guard anything. */
export function seededRandom(seed: number): RandomSource {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
  const integer = (bound: number) => Math.floor(next() * bound);
  return {
    integer,
    text(length, alphabet) {
      let text = '';
      for (let i = 0; i < length; i++) text += alphabet[integer(alphabet.length)];
      return text;
    },
  };
}

/** `a-` and 17 lower-case letters or digits (facts §1.2). */
export function newAssociationId(random: RandomSource): string {
  return `a-${random.text(17, LOWER_ALPHANUMERIC)}`;
}

/** A GUID, version 4. */
export function newGuid(random: RandomSource): string {
  const hex = (length: number) => random.text(length, HEX);
  return `${hex(8)}-${hex(4)}-4${hex(3)}-${random.text(1, '89ab')}${hex(3)}-${hex(12)}`;
}
