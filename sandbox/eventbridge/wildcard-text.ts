import { matchTokens, type Token } from '#shared/iam/wildcard.ts';
import { invalidPattern } from './pattern-error.ts';

/**
 * Compiles a `wildcard`: `*` is any number of characters, `\*` and `\\` are themselves, no two stars in a row.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html#eb-filtering-wildcard-matching
 */
export function compileWildcard(text: string): (value: string) => boolean {
  const tokens: Token[] = [];
  let literal = '';
  const endLiteral = () => {
    if (literal !== '') tokens.push({ kind: 'text', text: literal });
    literal = '';
  };
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at);
    const next = text.charAt(at + 1);
    // AWS counts positions with the opening quote.
    if (character === '*') {
      if (next === '*') throw invalidPattern(`Consecutive wildcard characters at pos ${at + 1}`);
      endLiteral();
      tokens.push({ kind: 'many' });
    } else if (character === '\\') {
      if (next !== '*' && next !== '\\') throw invalidPattern(`Invalid escape character at pos ${at + 1}`);
      literal += next;
      at += 1;
    } else {
      literal += character;
    }
  }
  endLiteral();
  return (value) => matchTokens(tokens, value);
}
