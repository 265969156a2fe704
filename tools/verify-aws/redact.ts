/** The account that stands for the real one in fixtures. */
const SAFE_ACCOUNT = '111122223333';

/** What names a person or a session, and says nothing about the shape beyond that it is there. */
const SECRETS: readonly (readonly [RegExp, string])[] = [
  [/\b(?:AKIA|ASIA)[A-Z0-9]{12,}\b/g, 'ASIAEXAMPLEEXAMPLE00'],
  [/\b(AROA|AIDA|ANPA)[A-Z0-9]{12,}(?::[^"]+)?/g, '$1EXAMPLEEXAMPLE00:session'],
  [/\b\d{1,3}(?:\.\d{1,3}){3}\b/g, '203.0.113.7'],
  [/\b(?:[0-9a-f]{1,4}:){4,7}[0-9a-f]{1,4}\b/gi, '2001:db8::7'],
  [/[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g, 'someone@example.com'],
  [/(assumed-role(?:\/|%2F)[^/"%]+(?:\/|%2F))[^"]+/g, '$1session'],
];

/**
 * A CloudTrail record as text, fit to be committed: account, network addresses, keys, ids of principals, session names and mail
 * addresses are replaced; the cluster's name as well. Names of fields, their order and their nesting stay, for they are what is
 * wanted.
 */
export function redact(
  record: string,
  { account, cluster }: { readonly account: string; readonly cluster: string },
): string {
  // As a value or a part of an ARN, and not where a service or a field happens to be called the same.
  const name = new RegExp(`(?<=["/]|%2F)${cluster}(?="(?!\\s*:)|/|%2F)`, 'g');
  const named = record.replaceAll(account, SAFE_ACCOUNT).replace(name, 'c1');
  return SECRETS.reduce((text, [what, instead]) => text.replace(what, instead), named);
}
