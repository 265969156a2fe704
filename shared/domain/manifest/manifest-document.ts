import { nearestName } from './nearest-name.ts';
import { type Fault, formatPath, MANIFEST_RULES, type Problem } from './problem.ts';
import { API_VERSION, MAPPING_KIND, RULE_KIND } from './schema.ts';
import type { YamlDocument } from './yaml-document.ts';

/** What all kinds of manifests have in common. */

/** A fault with its place in the document. */
export function problemAt(document: YamlDocument, { path, rule, message }: Fault): Problem {
  const isAboutName = rule === 'field.unknown' || rule === 'tags.key' || rule === 'tags.reserved';
  const place = isAboutName ? document.locateKey(path) : document.locate(path);
  return { ...place, path: formatPath(path), rule, severity: MANIFEST_RULES[rule].severity, message };
}

/** A field of an object; `undefined` where there is no object, or no such field of its own. */
export function fieldOf(value: unknown, field: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, field)) return undefined;
  return (value as Readonly<Record<string, unknown>>)[field];
}

const KINDS = [MAPPING_KIND, RULE_KIND];

/** Why a document is no manifest at all, so that nothing more needs to be said about it. */
export function misfitsOf(value: unknown): Fault[] {
  const fault = (path: string[], message: string): Fault => ({ path, rule: 'manifest.kind', message });
  const form = `a manifest begins with apiVersion: ${API_VERSION} and kind: ${KINDS.join(' or ')}`;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [fault([], form)];
  const kind = fieldOf(value, 'kind');
  const apiVersion = fieldOf(value, 'apiVersion');
  if (apiVersion === undefined && kind === undefined)
    return [fault([], `apiVersion and kind are missing: ${form}`)];
  const faults: Fault[] = [];
  if (apiVersion !== API_VERSION) {
    const found =
      apiVersion === undefined ? 'apiVersion is missing' : `apiVersion is ${JSON.stringify(apiVersion)}`;
    faults.push(fault(['apiVersion'], `${found}: ${form}`));
  }
  if (typeof kind !== 'string' || !KINDS.includes(kind)) {
    const near = typeof kind === 'string' ? nearestName(kind, KINDS) : undefined;
    const found = kind === undefined ? 'kind is missing' : `kind is ${JSON.stringify(kind)}`;
    faults.push(
      fault(['kind'], near === undefined ? `${found}: ${form}` : `${found}: did you mean ${near}?`),
    );
  }
  return faults;
}
