import type { DifferingMapping } from '#shared/app/registry/load-manifests.ts';
import { formatMappingKey } from '#shared/domain/key.ts';
import { type MappingDifference, mappingDifferences } from '#shared/domain/registry/mapping-differences.ts';
import { countText, groupDigits } from '../text/count-text.ts';
import { printable } from '../text/printable.ts';
import { UsageError } from '../usage-error.ts';

/** What is told of so many of them; the others are counted. */
const MAPPINGS = 20;
const FIELDS = 10;

/** Why mappings are not loaded: each with the fields in which it differs, for stderr. */
export function differencesText(differing: readonly DifferingMapping[]): string {
  const lines = differing.slice(0, MAPPINGS).flatMap(linesOf);
  const more = differing.length - MAPPINGS;
  return [...lines, ...(more > 0 ? [`and ${countText(more, 'mapping')} more`] : [])]
    .map((line) => `${printable(line)}\n`)
    .join('');
}

/** @param consequence what therefore did not happen */
export function loadRefused(differing: readonly DifferingMapping[], consequence: string): UsageError {
  const one = differing.length === 1;
  return new UsageError(
    `${countText(differing.length, 'mapping')} of the manifests ${one ? 'is' : 'are'} in the registry already and ${one ? 'says' : 'say'} something else: ${consequence}`,
    'a load only adds. Make the files say what the registry says, or leave these mappings out of -f; rolecall describe ' +
      'mapping NAME shows all that is there. A mapping that is loaded is changed by request, which is judged, approved and ' +
      'rolled out; this version has no requests yet',
  );
}

function linesOf({ item, mapping }: DifferingMapping): readonly string[] {
  const { source } = mapping;
  const differences = mappingDifferences(item, mapping);
  const more = differences.length - FIELDS;
  const { completed, latest } = item;
  return [
    `${formatMappingKey(mapping.key)}${source ? `  ${source.file}:${source.line}` : ''}`,
    ...differences.slice(0, FIELDS).map((difference) => `  ${differenceText(difference)}`),
    ...(more > 0 ? [`  and ${countText(more, 'field')} more`] : []),
    ...(completed?.revision === latest
      ? []
      : [`  revision ${groupDigits(latest)} of it is there and not rolled out to the end`]),
  ];
}

function differenceText({ path, stored, given }: MappingDifference): string {
  if (stored === undefined) return `${path}: only the file has it: ${textOf(given)}`;
  if (given === undefined) return `${path}: only the registry has it: ${textOf(stored)}`;
  const [left, right] = excerpts(textOf(stored), textOf(given));
  return `${path}: the registry says ${left}, the file says ${right}`;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Of a longer text, what is around the first difference. */
const LONG = 120;
const BEFORE = 40;

/** Two texts that differ, cut so that one sees where. */
function excerpts(left: string, right: string): readonly [string, string] {
  let same = 0;
  while (same < left.length && left[same] === right[same]) same += 1;
  const from = Math.max(left.length, right.length) > LONG ? Math.max(0, same - BEFORE) : 0;
  const cut = (text: string) =>
    `${from > 0 ? '…' : ''}${text.slice(from, from + LONG)}${text.length > from + LONG ? '…' : ''}`;
  return [cut(left), cut(right)];
}
