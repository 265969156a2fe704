import { isServiceAccountName } from './key.ts';

const NAME = /^[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?$/;

/**
 * A Kubernetes label key: a name of at most 63 characters, after an optional DNS subdomain and a slash.
 * https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set
 */
export function isLabelKey(text: string): boolean {
  const slash = text.indexOf('/');
  if (slash < 0) return isLabelName(text);
  // A label's prefix and a service account's name follow the same rule: a DNS-1123 subdomain.
  return isServiceAccountName(text.slice(0, slash)) && isLabelName(text.slice(slash + 1));
}

/** A Kubernetes label value: empty, or at most 63 letters, digits, `-`, `_` and `.`, beginning and ending with the first two. */
export function isLabelValue(text: string): boolean {
  return text === '' || isLabelName(text);
}

/** The part of a label key after the prefix. */
export function isLabelName(text: string): boolean {
  return text.length <= 63 && NAME.test(text);
}

/** The value of a label; never something that every object inherits, such as `constructor`. */
export function labelOf(labels: Readonly<Record<string, string>>, key: string): string | undefined {
  return Object.hasOwn(labels, key) ? labels[key] : undefined;
}
