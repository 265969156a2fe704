/** A piece of a pattern: text as it stands, exactly one character, or any number of them. */
export type Token =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'one'; readonly within?: string }
  | { readonly kind: 'many'; readonly within?: string };

/**
 * Whether the whole text matches the tokens. A wildcard with `within` does not match that character.
 *
 * Follows every way to match at once instead of trying one after the other, so that no pattern, however many
 * stars it has, takes longer than (tokens × text).
 */
export function matchTokens(tokens: readonly Token[], text: string): boolean {
  const characters = Array.from(text);
  let reached = new Set([0]);
  for (const token of tokens) {
    reached = advance(token, characters, reached);
    if (reached.size === 0) return false;
  }
  return reached.has(characters.length);
}

function advance(token: Token, characters: readonly string[], from: ReadonlySet<number>): Set<number> {
  if (token.kind === 'text') return afterText(token.text, characters, from);
  if (token.kind === 'one') {
    return new Set(
      [...from].filter((at) => at < characters.length && characters[at] !== token.within).map((at) => at + 1),
    );
  }
  const reached = new Set<number>();
  for (const start of from) {
    for (let at = start; !reached.has(at); at += 1) {
      reached.add(at);
      if (at === characters.length || characters[at] === token.within) break;
    }
  }
  return reached;
}

function afterText(text: string, characters: readonly string[], from: ReadonlySet<number>): Set<number> {
  const wanted = Array.from(text);
  const reached = new Set<number>();
  for (const start of from) {
    if (wanted.every((character, offset) => characters[start + offset] === character)) {
      reached.add(start + wanted.length);
    }
  }
  return reached;
}
