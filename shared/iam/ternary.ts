/** Three-valued logic (Kleene's): an answer that cannot be known yet is neither yes nor no. */
export type Ternary = 'yes' | 'no' | 'unknown';

/** Yes when every one is yes; one definite no beats any unknown. */
export function allOf(values: readonly Ternary[]): Ternary {
  if (values.includes('no')) return 'no';
  return values.includes('unknown') ? 'unknown' : 'yes';
}

/** Yes when one is yes; one definite yes beats any unknown. */
export function anyOf(values: readonly Ternary[]): Ternary {
  if (values.includes('yes')) return 'yes';
  return values.includes('unknown') ? 'unknown' : 'no';
}

export function not(value: Ternary): Ternary {
  if (value === 'unknown') return 'unknown';
  return value === 'yes' ? 'no' : 'yes';
}

export function ternary(value: boolean): Ternary {
  return value ? 'yes' : 'no';
}
