import type { Token } from './wildcard.ts';
import { matchTokens } from './wildcard.ts';

/**
 * Cuts an ARN, or a pattern of one, into its six components; the sixth keeps its own colons.
 * `undefined` when there are fewer.
 */
export function splitArn(arn: string): readonly string[] | undefined {
  const parts = arn.split(':');
  return parts.length < 6 ? undefined : [...parts.slice(0, 5), parts.slice(5).join(':')];
}

/**
 * Matches as `ArnLike` does: each of the six components by itself, so no wildcard reaches over a colon that
 * separates components. `undefined` when the pattern has fewer than six components: AWS does not say what
 * such a pattern means.
 */
export function matchArnComponents(pattern: readonly Token[], arn: string): boolean | undefined {
  const wanted = splitTokens(pattern);
  if (wanted.length < 6) return undefined;
  const given = splitArn(arn);
  return given?.every((component, index) => matchTokens(wanted[index] ?? [], component)) ?? false;
}

/**
 * Matches a `Resource` pattern. Wildcards stay within their segment of the ARN, except for a `*` that ends a
 * segment: that one may reach beyond the colon. After the fifth colon, everything is the resource's own name.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
 */
export function matchResource(pattern: readonly Token[], resource: string): boolean {
  let colons = 0;
  const tokens = pattern.map((token, index): Token => {
    if (token.kind === 'text') {
      colons += token.text.split(':').length - 1;
      return token;
    }
    if (colons >= 5) return token;
    return token.kind === 'many' && endsSegment(pattern[index + 1])
      ? token
      : { kind: token.kind, within: ':' };
  });
  return matchTokens(tokens, resource);
}

function endsSegment(next: Token | undefined): boolean {
  return next === undefined || (next.kind === 'text' && next.text.startsWith(':'));
}

/** The tokens of each component; the sixth keeps its own colons. */
function splitTokens(pattern: readonly Token[]): Token[][] {
  const components: Token[][] = [[]];
  for (const token of pattern) {
    if (token.kind !== 'text') {
      components.at(-1)?.push(token);
      continue;
    }
    for (const [index, text] of token.text.split(':').entries()) {
      if (index > 0 && components.length < 6) components.push([]);
      else if (index > 0) components.at(-1)?.push({ kind: 'text', text: ':' });
      components.at(-1)?.push({ kind: 'text', text });
    }
  }
  return components;
}
