/** A leaf of an event, and in which elements of which arrays it is. */
export interface Leaf {
  readonly value: string | number | boolean | null;
  /** Index by array, for arrays of objects around the leaf; each array of the event has a number of its own. */
  readonly within: ReadonlyMap<number, number>;
}

/** The leaves of an event by path, its steps joined by dots. */
export type Leaves = ReadonlyMap<string, readonly Leaf[]>;

/**
 * The leaves of a JSON value. Arrays leave no step in the path: `{"a":[{"b":1},{"b":2}]}` has two leaves at `a.b`.
 * Empty arrays and objects have no leaf at all, so for `exists` they are not there. Keys with dots and nested keys
 * give the same path, as in AWS's own implementation (https://github.com/aws/event-ruler, "JSON Array Matching" and
 * "Compiled rules and JSON keys with dots").
 */
export function leavesOf(event: unknown): Leaves {
  const leaves = new Map<string, Leaf[]>();
  let arrays = 0;
  const waiting: Visit[] = [{ value: event, path: '', within: new Map() }];
  for (let visit = waiting.pop(); visit; visit = waiting.pop()) {
    const { value, path, within } = visit;
    if (Array.isArray(value)) waiting.push(...elementsOf(value, arrays++, visit));
    else if (typeof value === 'object' && value !== null) waiting.push(...membersOf(value, visit));
    else if (isLeafValue(value)) {
      const known = leaves.get(path);
      if (known) known.push({ value, within });
      else leaves.set(path, [{ value, within }]);
    }
  }
  return leaves;
}

interface Visit extends Pick<Leaf, 'within'> {
  readonly value: unknown;
  readonly path: string;
}

/** Values that are directly in an array belong to no element of it: only objects have fields to keep together. */
function elementsOf(elements: readonly unknown[], array: number, { path, within }: Visit): Visit[] {
  return elements.map((value, index) => ({
    value,
    path,
    within: typeof value === 'object' && value !== null ? new Map([...within, [array, index]]) : within,
  }));
}

function membersOf(object: object, { path, within }: Visit): Visit[] {
  return Object.entries(object).map(([key, value]) => ({
    value,
    path: path === '' ? key : `${path}.${key}`,
    within,
  }));
}

function isLeafValue(value: unknown): value is Leaf['value'] {
  return (
    value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
  );
}
