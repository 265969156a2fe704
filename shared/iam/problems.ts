import type { PolicyProblemCode } from './document.ts';
import type { JsonValue } from './json-text.ts';

/** Notes one problem of a document. */
export type Report = (code: PolicyProblemCode, path: string, message: string) => void;

/** The strings of an element that is one string or a list of them, each with its path. */
export function stringsOf(
  value: JsonValue,
  path: string,
  report: Report,
): (readonly [text: string, path: string])[] {
  const entries = Array.isArray(value)
    ? value.map((item: JsonValue, index) => [item, `${path}[${index}]`] as const)
    : [[value, path] as const];
  return entries.flatMap(([item, itemPath]) => {
    if (typeof item === 'string') return [[item, itemPath] as const];
    report('wrongType', itemPath, 'A string, or a list of strings, is wanted here.');
    return [];
  });
}
