import type { PrincipalName } from './document.ts';
import type { JsonValue } from './json-text.ts';
import { isJsonObject, memberPath } from './json-text.ts';
import { type Report, stringsOf } from './problems.ts';

/**
 * Reads a `Principal` or `NotPrincipal` element.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
 */
export function parsePrincipals(element: JsonValue, path: string, report: Report): PrincipalName[] {
  if (element === '*') return [{ type: 'everyone' }];
  if (!isJsonObject(element)) {
    report('badPrincipal', path, 'A principal is "*" or an object such as {"AWS": "111122223333"}.');
    return [];
  }
  return Object.entries(element).flatMap(([type, value]) => {
    const typePath = memberPath(path, type);
    const read = READERS.get(type);
    if (!read) {
      report('badPrincipal', typePath, `There is no principal type ${type}.`);
      return [];
    }
    return stringsOf(value, typePath, report).flatMap(([text, textPath]) => {
      const name = read(text);
      if (name) return [name];
      report(
        'badPrincipal',
        textPath,
        `"${text}" is no ${type} principal; wildcards are not allowed in one.`,
      );
      return [];
    });
  });
}

type Reader = (text: string) => PrincipalName | undefined;

const READERS = new Map<string, Reader>([
  ['AWS', awsPrincipal],
  ['Service', (service) => (isPlain(service) ? { type: 'service', service } : undefined)],
  ['Federated', (provider) => (isPlain(provider) ? { type: 'federated', provider } : undefined)],
  ['CanonicalUser', (id) => (isPlain(id) ? { type: 'canonicalUser', id } : undefined)],
]);

function isPlain(text: string): boolean {
  return text !== '' && !/[*?\s]/.test(text);
}

function awsPrincipal(text: string): PrincipalName | undefined {
  if (text === '*') return { type: 'everyone' };
  if (/^\d{12}$/.test(text)) return { type: 'account', account: text };
  const root = /^arn:[a-z-]+:iam::(\d{12}):root$/.exec(text)?.[1];
  if (root !== undefined) return { type: 'account', account: root };
  if (/^A[A-Z0-9]{15,127}$/.test(text)) return { type: 'uniqueId', id: text };
  return isPlain(text) && /^arn:[a-z-]+:(iam|sts)::[a-z0-9]+:\S+$/.test(text)
    ? { type: 'arn', arn: text }
    : undefined;
}
