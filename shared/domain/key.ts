/**
 * Names of things: the service account inside a cluster, and the cluster itself.
 *
 * Keys are exact. Nothing in Rolecall matches a part of a name: tools that did have changed the
 * wrong object because two names overlapped (https://github.com/eksctl-io/eksctl/issues/8484).
 */

/** What EKS binds a role to inside one cluster. */
export interface ServiceAccountKey {
  readonly namespace: string;
  readonly serviceAccount: string;
}

/** `namespace/serviceAccount`. Neither part may hold a slash, so the text is unambiguous. */
export type KeyText = `${string}/${string}`;

/** The text of a key: `payments/api`. */
export function formatKey(key: ServiceAccountKey): KeyText {
  return `${key.namespace}/${key.serviceAccount}`;
}

/** Reads `namespace/serviceAccount`; answers `undefined` when the text is anything else. */
export function parseKey(text: string): ServiceAccountKey | undefined {
  const parts = text.split('/');
  const [namespace, serviceAccount] = parts;
  if (parts.length !== 2 || !namespace || !serviceAccount) return undefined;
  if (!isNamespace(namespace) || !isServiceAccountName(serviceAccount)) return undefined;
  return { namespace, serviceAccount };
}

/** Sorts keys by namespace, then service account, in code point order: the same on every machine. */
export function compareKeys(left: ServiceAccountKey, right: ServiceAccountKey): number {
  return (
    compareText(left.namespace, right.namespace) || compareText(left.serviceAccount, right.serviceAccount)
  );
}

/** Code point order, never the locale's. */
export function compareText(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

const DNS_LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const DNS_SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

/** A Kubernetes namespace: a DNS-1123 label of at most 63 characters; EKS applies the same rule (facts §1.4). */
export function isNamespace(text: string): boolean {
  return text.length <= 63 && DNS_LABEL.test(text);
}

/** A Kubernetes service account name: a DNS-1123 subdomain (dots allowed) of at most 253 characters (facts §1.4). */
export function isServiceAccountName(text: string): boolean {
  return text.length <= 253 && DNS_SUBDOMAIN.test(text);
}

/** The mapping for one service account in every cluster of one cluster set. */
export interface MappingKey extends ServiceAccountKey {
  readonly clusterSet: string;
}

/** `clusterSet/namespace/serviceAccount`. */
export function formatMappingKey(key: MappingKey): string {
  return `${key.clusterSet}/${formatKey(key)}`;
}
