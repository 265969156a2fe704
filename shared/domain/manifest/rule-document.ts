import type { EnrolmentRule } from '../registry/enrolment.ts';
import { explainIssues, RULE_FIELDS } from './explain-issue.ts';
import { fieldOf, misfitsOf, problemAt } from './manifest-document.ts';
import type { Place, Problem } from './problem.ts';
import { RULE_KIND, RuleManifestSchema, RuleMetadataSchema } from './schema.ts';
import { toChoice } from './to-choice.ts';
import type { YamlDocument } from './yaml-document.ts';

/** A document that says of itself that it is an enrolment rule. */
export interface RuleReading {
  /** Where the metadata is. */
  readonly place: Place;
  /** Known even when something else in the document is wrong. */
  readonly name?: string;
  readonly rule?: EnrolmentRule;
  readonly problems: readonly Problem[];
}

/** Whether a document says of itself that it is an enrolment rule. */
export function isRuleDocument({ value }: YamlDocument): boolean {
  return fieldOf(value, 'kind') === RULE_KIND;
}

/** Reads one enrolment rule. */
export function readRuleDocument(document: YamlDocument): RuleReading {
  const place = document.locate(['metadata']);
  const misfits = misfitsOf(document.value);
  if (misfits.length > 0) return { place, problems: misfits.map((fault) => problemAt(document, fault)) };
  const parsed = RuleManifestSchema.safeParse(document.value);
  const faults = explainIssues(parsed.error?.issues ?? [], document, RULE_FIELDS);
  const name = RuleMetadataSchema.safeParse(fieldOf(document.value, 'metadata')).data?.name;
  const problems = faults.map((fault) => problemAt(document, fault));
  if (!parsed.success) return { place, problems, ...(name === undefined ? {} : { name }) };
  const { metadata, spec } = parsed.data;
  const { priority, clusters, mode } = spec;
  const rule = { name: metadata.name, priority, clusters: toChoice(clusters), mode };
  return { place, problems, name: metadata.name, rule };
}

/** What is wrong between rules: two of one name, or two that would be asked at the same moment. */
export function problemsBetweenRules(readings: readonly RuleReading[]): {
  /** The names of rules that are not to be used. */
  readonly names: ReadonlySet<string>;
  readonly problems: readonly Problem[];
} {
  const byName = new Map<string, Place>();
  const byPriority = new Map<number, { readonly name: string; readonly place: Place }>();
  const names = new Set<string>();
  const problems: Problem[] = [];
  for (const { name, rule, place } of readings) {
    if (name === undefined) continue;
    const twin = byName.get(name);
    if (twin) {
      names.add(name);
      const message = `there are two rules ${name}, at ${twin.file}:${twin.line} and at ${place.file}:${place.line}: keep one`;
      problems.push({ ...place, path: 'metadata', rule: 'rule.duplicate', severity: 'error', message });
      continue;
    }
    byName.set(name, place);
    const rival = rule && byPriority.get(rule.priority);
    if (rival) {
      names.add(name);
      const message = `${name} and ${rival.name} (${rival.place.file}:${rival.place.line}) have the same priority ${rule.priority}: it would be chance which of them counts`;
      problems.push({ ...place, path: 'spec.priority', rule: 'rule.priority', severity: 'error', message });
    } else if (rule) byPriority.set(rule.priority, { name, place });
  }
  return { names, problems };
}
