import {
  type Document,
  isAlias,
  isCollection,
  isMap,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseAllDocuments,
  visit,
} from 'yaml';
import { MAX_NESTING } from './nesting.ts';
import type { FieldPath, Place, RuleCode } from './problem.ts';

/** What a manifest file says, before anybody knows what it means. */
export interface ManifestFile {
  readonly path: string;
  /** Empty where the file is no UTF-8. */
  readonly text: string;
  /** The file's bytes are no UTF-8, so that nobody can say what it wishes. */
  readonly notUtf8?: true;
}

/** One YAML document that has something in it. */
export interface YamlDocument {
  readonly place: Place;
  readonly value: unknown;
  /** The place of a value; of the nearest thing around it when it is not there. */
  locate(path: FieldPath): Place;
  /** The place of a field's name. */
  locateKey(path: FieldPath): Place;
  /** A plain value as it is written: `012`, where the value is 12. */
  sourceOf(path: FieldPath): string | undefined;
}

/** A problem of the YAML itself. */
export interface YamlProblem extends Place {
  readonly rule: RuleCode;
  readonly message: string;
}

/** How often aliases may be expanded in one document: enough for people, too little for a bomb. */
const MAX_ALIASES = 100;

/**
 * Reads the YAML documents of a file. Empty documents are left out; so is one that cannot be read, whose problems tell.
 * Strict about what YAML parsers disagree on: this one and the next tool must read the same wish.
 */
export function readYaml(file: ManifestFile): {
  readonly documents: readonly YamlDocument[];
  readonly problems: readonly YamlProblem[];
} {
  if (file.notUtf8) {
    const place = { file: file.path, line: 1, column: 1 };
    const message = 'the file is not UTF-8 text: save it as UTF-8';
    return { documents: [], problems: [{ ...place, rule: 'yaml.encoding', message }] };
  }
  const lines = new LineCounter();
  const placeAt = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { file: file.path, line, column: col };
  };
  const documents: YamlDocument[] = [];
  const problems: YamlProblem[] = [];
  const options = { lineCounter: lines, prettyErrors: false, stringKeys: true, logLevel: 'silent' } as const;
  for (const document of parseAllDocuments(file.text, options)) {
    const found = problemsOf(document, placeAt);
    problems.push(...found);
    if (found.some(({ rule }) => rule !== 'yaml.duplicateKey') || isEmpty(document.contents)) continue;
    const reading = readValue(document, placeAt);
    if (reading.kind === 'problem') problems.push(reading.problem);
    else documents.push(documentOf(document, reading.value, placeAt));
  }
  return { documents, problems };
}

type PlaceAt = (offset: number) => Place;

function documentOf(document: Document.Parsed, value: unknown, placeAt: PlaceAt): YamlDocument {
  return {
    place: placeAt(startOf(document.contents) ?? 0),
    value,
    locate: (path) => placeAt(offsetOf(document, path)),
    locateKey: (path) => placeAt(offsetOfKey(document, path)),
    sourceOf(path) {
      const { node } = nodeAt(document, path) ?? {};
      return isScalar(node) ? node.source : undefined;
    },
  };
}

function isEmpty(contents: Node | null): boolean {
  return contents === null || (isScalar(contents) && contents.value === null);
}

function problemsOf(document: Document.Parsed, placeAt: PlaceAt): YamlProblem[] {
  const tooDeep = problemOfDepth(document, placeAt);
  if (tooDeep) return [tooDeep];
  const problems: YamlProblem[] = [];
  let told = -1;
  for (const { code, message, pos } of document.errors) {
    // The parser repeats itself where it cannot go on.
    if (pos[0] === told) continue;
    told = pos[0];
    problems.push({
      ...placeAt(pos[0]),
      ...(code === 'DUPLICATE_KEY'
        ? { rule: 'yaml.duplicateKey', message: 'this field is there already: keep one of the two' }
        : { rule: 'yaml.syntax', message: `this is no YAML: ${message}` }),
    });
  }
  const { yaml } = document.directives;
  if (yaml.explicit && yaml.version !== '1.2') {
    const message = `YAML ${yaml.version} reads words such as no and on as booleans: remove the %YAML line`;
    problems.push({ ...placeAt(document.range[0]), rule: 'yaml.version', message });
  }
  problems.push(...problemsOfNodes(document, placeAt));
  return problems;
}

/** The library is recursive: it ends with the stack, at a depth that differs from machine to machine, and says so in its own words. */
const STACK_ENDED = /stack (size exceeded|overflow)/i;

/** Found before anything walks through the document, since whatever does may end with the stack. */
function problemOfDepth(document: Document.Parsed, placeAt: PlaceAt): YamlProblem | undefined {
  const ended = document.errors.find(({ message }) => STACK_ENDED.test(message));
  const offset = ended ? ended.pos[0] : offsetTooDeep(document.contents);
  if (offset === undefined) return undefined;
  const message = `this is nested more than ${MAX_NESTING} levels deep: no manifest is. Look for brackets that are never closed, or indentation that only grows`;
  return { ...placeAt(offset), rule: 'yaml.depth', message };
}

function offsetTooDeep(contents: Node | null): number | undefined {
  const left: { readonly node: unknown; readonly depth: number }[] = [{ node: contents, depth: 1 }];
  for (let next = left.pop(); next; next = left.pop()) {
    const { node, depth } = next;
    if (!isCollection(node)) continue;
    if (depth > MAX_NESTING) return startOf(node) ?? 0;
    for (const item of node.items) {
      if (!isPair(item)) left.push({ node: item, depth: depth + 1 });
      else left.push({ node: item.key, depth: depth + 1 }, { node: item.value, depth: depth + 1 });
    }
  }
  return undefined;
}

/** The tags that plain YAML values have anyway. */
const PLAIN_TAGS = new Set(
  ['str', 'int', 'float', 'bool', 'null', 'map', 'seq'].map((name) => `tag:yaml.org,2002:${name}`),
);

function problemsOfNodes(document: Document.Parsed, placeAt: PlaceAt): YamlProblem[] {
  const problems: YamlProblem[] = [];
  const report = (node: unknown, rule: RuleCode, message: string) =>
    problems.push({ ...placeAt(startOf(node) ?? 0), rule, message });
  visit(document, {
    Pair(_, { key }) {
      const name = isScalar(key) ? key.value : undefined;
      if (name === '<<') {
        report(
          key,
          'yaml.mergeKey',
          'merge keys (<<) are not part of YAML 1.2: write the fields out, or use an alias for the whole value',
        );
      }
      if (name === '__proto__') report(key, 'field.unknown', 'there is no field __proto__: remove it');
    },
    Node(_, node) {
      if (isAlias(node) || node.tag === undefined || PLAIN_TAGS.has(node.tag)) return;
      report(node, 'yaml.tag', `the tag ${node.tag} means nothing in a manifest: remove it`);
    },
    Alias(_, node, path) {
      const inside = path.some((ancestor) => isCollection(ancestor) && ancestor.anchor === node.source);
      if (inside) report(node, 'yaml.alias', `*${node.source} points into itself: write the value out`);
    },
  });
  return problems;
}

type ValueReading =
  | { readonly kind: 'value'; readonly value: unknown }
  | { readonly kind: 'problem'; readonly problem: YamlProblem };

function readValue(document: Document.Parsed, placeAt: PlaceAt): ValueReading {
  try {
    return { kind: 'value', value: document.toJS({ maxAliasCount: MAX_ALIASES }) };
  } catch (cause) {
    // The library throws for an alias without its anchor and for too many of them, and says no place.
    if (!(cause instanceof ReferenceError)) throw cause;
    return { kind: 'problem', problem: describeAliasProblem(document, cause, placeAt) };
  }
}

function describeAliasProblem(
  document: Document.Parsed,
  cause: ReferenceError,
  placeAt: PlaceAt,
): YamlProblem {
  let place = placeAt(startOf(document.contents) ?? 0);
  let message = `aliases expand more than ${MAX_ALIASES} times: write the values out`;
  visit(document, {
    Alias(_, node) {
      if (!cause.message.startsWith('Unresolved') || node.resolve(document)) return undefined;
      place = placeAt(startOf(node) ?? 0);
      message = `there is no anchor &${node.source} before this alias`;
      return visit.BREAK;
    },
  });
  return { ...place, rule: 'yaml.alias', message };
}

function startOf(node: unknown): number | undefined {
  if (typeof node !== 'object' || node === null || !('range' in node)) return undefined;
  const { range } = node as { readonly range?: readonly [number, number, number] | null };
  return range?.[0];
}

interface Step {
  readonly pair?: Pair;
  readonly node: unknown;
}

/** The nodes from the document's contents down to the path's end, as far as they are there. */
function walk(document: Document.Parsed, path: FieldPath): Step[] {
  const steps: Step[] = [{ node: document.contents }];
  for (const segment of path) {
    const last = steps.at(-1)?.node;
    const step = stepInto(isAlias(last) ? last.resolve(document) : last, segment);
    if (!step) break;
    steps.push(step);
  }
  return steps;
}

function stepInto(node: unknown, segment: string | number): Step | undefined {
  if (isSeq(node)) {
    return typeof segment === 'number' && segment < node.items.length
      ? { node: node.items[segment] }
      : undefined;
  }
  if (!isMap(node)) return undefined;
  // The last of two equal keys is the one whose value counts.
  const pair = node.items.findLast(({ key }) => isScalar(key) && key.value === segment);
  return pair && { pair, node: pair.value };
}

/** The step to exactly this path, or `undefined`. */
function nodeAt(document: Document.Parsed, path: FieldPath): Step | undefined {
  return walk(document, path)[path.length];
}

/** Where a person looks for a value: itself when it stands on its key's line, else its key. */
function offsetOf(document: Document.Parsed, path: FieldPath): number {
  const last = walk(document, path).at(-1);
  const isBlock = isCollection(last?.node) && last.node.flow !== true;
  const isNothing = isScalar(last?.node) && last.node.value === null;
  const key = startOf(last?.pair?.key);
  if (key !== undefined && (isBlock || isNothing)) return key;
  return startOf(last?.node) ?? key ?? 0;
}

function offsetOfKey(document: Document.Parsed, path: FieldPath): number {
  return startOf(nodeAt(document, path)?.pair?.key) ?? offsetOf(document, path);
}
