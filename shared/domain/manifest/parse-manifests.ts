import { formatMappingKey, type MappingKey } from '../key.ts';
import type { Mapping, Target } from '../mapping.ts';
import type { EnrolmentRule } from '../registry/enrolment.ts';
import { faultsOfTarget, unreachableTargets } from './cross-field-rules.ts';
import { explainIssues } from './explain-issue.ts';
import { fieldOf, misfitsOf, problemAt } from './manifest-document.ts';
import { compareProblems, type Fault, type Place, type Problem } from './problem.ts';
import { isRuleDocument, problemsBetweenRules, type RuleReading, readRuleDocument } from './rule-document.ts';
import {
  type Manifest,
  ManifestSchema,
  type ManifestTarget,
  MetadataSchema,
  TargetSchema,
} from './schema.ts';
import { readSessionPolicy } from './session-policy.ts';
import { toChoice } from './to-choice.ts';
import { type ManifestFile, readYaml, type YamlDocument } from './yaml-document.ts';

export type { ManifestFile } from './yaml-document.ts';

/** A set of manifests, read. */
export interface ParsedManifests {
  /** The mappings without an error, in the order of files and documents. */
  readonly mappings: readonly Mapping[];
  /** The enrolment rules without an error, in the same order. */
  readonly rules: readonly EnrolmentRule[];
  /**
   * Every problem of every file at once, by file and line. A set with a problem of severity `error` is not to be
   * applied: what is missing from `mappings` would look like what nobody wishes.
   */
  readonly problems: readonly Problem[];
}

/** Reads and validates a set of manifests, which belong together: no two of them may be for one key. */
export function parseManifests(files: readonly ManifestFile[]): ParsedManifests {
  const problems: Problem[] = [];
  const readings: DocumentReading[] = [];
  const ruleReadings: RuleReading[] = [];
  for (const file of files) {
    const yaml = readYaml(file);
    problems.push(...yaml.problems.map((problem) => ({ ...problem, path: '', severity: 'error' as const })));
    for (const document of yaml.documents) {
      if (isRuleDocument(document)) ruleReadings.push(readRuleDocument(document));
      else readings.push(readDocument(document));
    }
  }
  const duplicates = duplicatesOf(readings);
  const between = problemsBetweenRules(ruleReadings);
  problems.push(...readings.flatMap((reading) => reading.problems), ...duplicates.problems);
  problems.push(...ruleReadings.flatMap((reading) => reading.problems), ...between.problems);
  const mappings = readings.flatMap(({ mapping }) =>
    mapping && !duplicates.keys.has(formatMappingKey(mapping.key)) ? [mapping] : [],
  );
  const rules = ruleReadings.flatMap(({ rule }) => (rule && !between.names.has(rule.name) ? [rule] : []));
  return { mappings, rules, problems: problems.sort(compareProblems) };
}

interface DocumentReading {
  /** Where the metadata is. */
  readonly place: Place;
  /** Known even when something else in the document is wrong. */
  readonly key?: MappingKey;
  readonly mapping?: Mapping;
  readonly problems: readonly Problem[];
}

function readDocument(document: YamlDocument): DocumentReading {
  const place = document.locate(['metadata']);
  const misfits = misfitsOf(document.value);
  if (misfits.length > 0) return { place, problems: misfits.map((fault) => problemAt(document, fault)) };
  const parsed = ManifestSchema.safeParse(document.value);
  const targets = targetsOf(document.value);
  const faults = [
    ...explainIssues(parsed.error?.issues ?? [], document),
    ...targets.flatMap((target, index) => (target ? faultsOfTarget(target, ['spec', 'targets', index]) : [])),
    ...unreachableTargets(targets, ['spec', 'targets']),
    ...numbersNotKept(document),
    ...unusedExpiry(document.value),
  ];
  const key = MetadataSchema.safeParse(fieldOf(document.value, 'metadata')).data;
  const problems = faults.map((fault) => problemAt(document, fault));
  const isRight = parsed.success && problems.every(({ severity }) => severity === 'warning');
  return {
    place,
    problems,
    ...(key && { key }),
    ...(isRight && { mapping: toMapping(parsed.data, document.place) }),
  };
}

/** The targets that pass the schema by themselves; `undefined` in the place of one that does not. */
function targetsOf(value: unknown): readonly (ManifestTarget | undefined)[] {
  return rawTargets(value).map((target) => TargetSchema.safeParse(target).data);
}

function rawTargets(value: unknown): readonly unknown[] {
  const targets = fieldOf(fieldOf(value, 'spec'), 'targets');
  return Array.isArray(targets) ? targets : [];
}

/** Numbers in policies of which YAML keeps another text than was written: `012345678901` is no account any more. */
function numbersNotKept(document: YamlDocument): Fault[] {
  const faults: Fault[] = [];
  const look = (value: unknown, path: readonly (string | number)[]) => {
    if (typeof value === 'number') {
      const source = document.sourceOf(path);
      if (source === undefined || source === String(value)) return;
      const message = `YAML reads ${source} as the number ${value}: write it in quotes, "${source}"`;
      faults.push({ path, rule: 'policy.number', message });
    } else if (Array.isArray(value)) {
      for (const [index, item] of value.entries()) look(item, [...path, index]);
    } else if (typeof value === 'object' && value !== null) {
      for (const [field, inner] of Object.entries(value)) look(inner, [...path, field]);
    }
  };
  for (const [index, target] of rawTargets(document.value).entries()) {
    look(fieldOf(target, 'policy'), ['spec', 'targets', index, 'policy']);
  }
  return faults;
}

function unusedExpiry(value: unknown): Fault[] {
  const spec = fieldOf(value, 'spec');
  if (fieldOf(spec, 'onExpiry') === undefined || fieldOf(spec, 'expires') !== undefined) return [];
  const message = 'onExpiry does nothing without expires: add the day, or remove it';
  return [{ path: ['spec', 'onExpiry'], rule: 'expiry.unused', message }];
}

function duplicatesOf(readings: readonly DocumentReading[]): {
  readonly keys: ReadonlySet<string>;
  readonly problems: readonly Problem[];
} {
  const first = new Map<string, Place>();
  const keys = new Set<string>();
  const problems: Problem[] = [];
  for (const { key, place } of readings) {
    if (!key) continue;
    const text = formatMappingKey(key);
    const earlier = first.get(text);
    if (!earlier) {
      first.set(text, place);
      continue;
    }
    keys.add(text);
    const message = `${text} is mapped twice, at ${earlier.file}:${earlier.line} and at ${place.file}:${place.line}: keep one mapping, with a target for each case`;
    problems.push({ ...place, path: 'metadata', rule: 'mapping.duplicate', severity: 'error', message });
  }
  return { keys, problems };
}

function toMapping({ metadata, spec }: Manifest, place: Place): Mapping {
  const { team, mode, onExpiry, expires } = spec;
  const [target, ...targets] = spec.targets.map(toTarget);
  if (!target) throw new Error('a mapping without targets passed the schema');
  return {
    key: metadata,
    team,
    mode,
    targets: [target, ...targets],
    ...(expires !== undefined && { expires }),
    onExpiry,
    source: { file: place.file, line: place.line },
  };
}

function toTarget({ policy, clusters, ...target }: ManifestTarget): Target {
  if (policy === undefined) return { clusters: toChoice(clusters), ...target };
  const reading = readSessionPolicy(policy);
  if (reading.kind === 'faulty') throw new Error(`a faulty policy passed the schema: ${reading.message}`);
  return { clusters: toChoice(clusters), ...target, policy: reading.text };
}
