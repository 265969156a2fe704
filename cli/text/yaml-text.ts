import { stringify } from 'yaml';

/**
 * A value as a YAML document. A module of its own, to be loaded on demand: in the bundle, importing the package itself that
 * way yields a CommonJS module whose functions cannot be taken by name.
 */
export function yamlText(value: unknown): string {
  return stringify(value, { lineWidth: 0, aliasDuplicateObjects: false });
}
