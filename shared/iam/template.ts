import type { RequestContext } from './context.ts';
import type { Token } from './wildcard.ts';

/** A policy value taken apart: text, wildcards and `${variables}`. */
type Piece = Token | { readonly kind: 'variable'; readonly key: string; readonly fallback?: string };

/** What a value means for one request. */
export type Resolved =
  | { readonly kind: 'tokens'; readonly tokens: readonly Token[] }
  /** A variable stands for a key that is known not to be there, and gives no default. */
  | { readonly kind: 'unresolved'; readonly key: string }
  | { readonly kind: 'unknown'; readonly key: string }
  /** A variable stands for a multivalued key, which IAM does not support. */
  | { readonly kind: 'multivalued'; readonly key: string };

/** What the place where a value stands gives a meaning to. */
export interface TemplateRules {
  readonly variables: boolean;
  readonly wildcards: boolean;
}

const ESCAPES = new Set(['*', '?', '$']);
// The key, and a default in single quotes: ${aws:PrincipalTag/team, 'company-wide'}
const VARIABLE = /^\s*([^\s,'{}$]+)\s*(?:,\s*'([^']*)'\s*)?$/;

/** Puts the request's values in place of the variables. A substituted value is text: its `*` is no wildcard. */
export function resolveTemplate(text: string, rules: TemplateRules, context: RequestContext): Resolved {
  const tokens: Token[] = [];
  let undecided: Resolved | undefined;
  for (const piece of parseTemplate(text, rules)) {
    if (piece.kind !== 'variable') {
      tokens.push(piece);
      continue;
    }
    const value = resolveVariable(piece.key, piece.fallback, context);
    if (typeof value === 'string') tokens.push({ kind: 'text', text: value });
    else if (value.kind === 'unresolved') return value;
    else undecided ??= value;
  }
  return undecided ?? { kind: 'tokens', tokens };
}

/** What is wrong with the `${…}` in a value; `undefined` when nothing is. */
export function templateProblem(text: string): string | undefined {
  const parts = text.split('${').slice(1);
  for (const part of parts) {
    const end = part.indexOf('}');
    if (end < 0) return 'the variable has no closing brace';
    const inside = part.slice(0, end);
    if (!ESCAPES.has(inside) && !VARIABLE.test(inside)) return `\${${inside}} is not a policy variable`;
  }
  return undefined;
}

/** Whether a value holds something that is put in at evaluation. */
export function hasVariable(text: string): boolean {
  return text.includes('${');
}

function resolveVariable(
  key: string,
  fallback: string | undefined,
  context: RequestContext,
): string | Exclude<Resolved, { kind: 'tokens' }> {
  const state = context.lookup(key);
  if (state.state === 'unknown') return { kind: 'unknown', key };
  const values = state.state === 'known' ? state.values : [];
  if (values.length > 1) return { kind: 'multivalued', key };
  return values[0] ?? fallback ?? { kind: 'unresolved', key };
}

const VARIABLE_OR_WILDCARD = /\$\{([^}]*)\}|[*?]/g;
const WILDCARD = /[*?]/g;

function parseTemplate(text: string, rules: TemplateRules): Piece[] {
  const pieces: Piece[] = [];
  let from = 0;
  for (const match of text.matchAll(rules.variables ? VARIABLE_OR_WILDCARD : WILDCARD)) {
    const piece = pieceOf(match[0], match[1], rules);
    if (piece === undefined) continue;
    if (match.index > from) pieces.push({ kind: 'text', text: text.slice(from, match.index) });
    pieces.push(piece);
    from = match.index + match[0].length;
  }
  if (from < text.length) pieces.push({ kind: 'text', text: text.slice(from) });
  return pieces;
}

/** `undefined` for what is plain text in this place. */
function pieceOf(whole: string, inside: string | undefined, rules: TemplateRules): Piece | undefined {
  if (inside === undefined) {
    if (!rules.wildcards) return undefined;
    return whole === '*' ? { kind: 'many' } : { kind: 'one' };
  }
  if (ESCAPES.has(inside)) return { kind: 'text', text: inside };
  const variable = VARIABLE.exec(inside);
  const key = variable?.[1];
  if (key === undefined) return undefined;
  const fallback = variable?.[2];
  return fallback === undefined ? { kind: 'variable', key } : { kind: 'variable', key, fallback };
}
