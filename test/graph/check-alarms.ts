import type { Graph } from '#tools/synth/graph.ts';

const LINK = /docs\/runbook\.md#([a-z0-9-]+)/;

/** What every entry of the runbook answers. */
export const RUNBOOK_PARTS = ['What it means', 'Look', 'Do', 'Over when'];

/**
 * Problems between alarms and their runbook: an alarm without an entry or without anybody to tell, an entry without an alarm, or one
 * that leaves a question open. Entries are the headings of the second level.
 *
 * @param elsewhere descriptions of alarms that are no part of the graph: those of the spokes
 */
export function alarmProblems(
  { alarms, topics }: Graph,
  runbook: string,
  elsewhere: readonly string[] = [],
): readonly string[] {
  const entries = entriesOf(runbook);
  const linked = [...alarms.map(({ description }) => description), ...elsewhere].map(
    (description) => LINK.exec(description)?.[1],
  );
  const told = new Set(topics.map(({ arn }) => arn));
  return [
    ...alarms.flatMap(({ name, region, alarmActions }, index) => {
      const entry = linked[index];
      const deaf = alarmActions.filter((arn) => !told.has(arn) || arn.split(':')[3] !== region);
      return [
        ...(entry === undefined ? [`${name}: names no entry of docs/runbook.md`] : []),
        ...(entry === undefined || entries.has(entry)
          ? []
          : [`${name}: docs/runbook.md has no entry ${entry}`]),
        ...(alarmActions.length === 0 ? [`${name}: tells nobody`] : []),
        ...deaf.map((arn) => `${name}: cannot tell ${arn}`),
      ];
    }),
    ...elsewhere.flatMap((description, index) => {
      const entry = linked[alarms.length + index];
      return entry !== undefined && entries.has(entry) ? [] : [`no entry of docs/runbook.md: ${description}`];
    }),
    ...[...entries].flatMap(([entry, text]) => [
      ...(linked.includes(entry) ? [] : [`docs/runbook.md#${entry}: no alarm leads here`]),
      ...RUNBOOK_PARTS.filter((part) => !text.includes(`**${part}.**`)).map(
        (part) => `docs/runbook.md#${entry}: does not say "${part}"`,
      ),
    ]),
  ].toSorted();
}

/** Text of each entry by its anchor. */
function entriesOf(runbook: string): ReadonlyMap<string, string> {
  const [, ...sections] = runbook.split(/^## /m);
  return new Map(
    sections.map((section) => {
      const end = section.indexOf('\n');
      return [section.slice(0, end).trim(), section.slice(end)] as const;
    }),
  );
}
