/**
 * What a value must look like: answers it as it is, without fields that are not known, or adds to `problems` what is wrong and where.
 *
 * Our own queues' messages are read with these few and not with zod, which would be a twentieth of a cold start
 * (docs/decisions/0016-what-a-cold-start-carries.md). What others write is read elsewhere.
 */
export type Shape<Value> = (given: unknown, at: string, problems: string[]) => Value;

/** A field that may be left out. */
interface Optional<Value> {
  readonly optional: Shape<Value>;
}

type Fields = Readonly<Record<string, Shape<unknown> | Optional<unknown>>>;
type OptionalName<All extends Fields> = {
  [Name in keyof All]: All[Name] extends Optional<unknown> ? Name : never;
}[keyof All];
type Read<All extends Fields> = {
  readonly [Name in Exclude<keyof All, OptionalName<All>>]: All[Name] extends Shape<infer Value>
    ? Value
    : never;
} & {
  readonly [Name in OptionalName<All>]?: All[Name] extends Optional<infer Value> ? Value | undefined : never;
};

/** What a shape reads. */
export type Shaped<Of> = Of extends Shape<infer Value> ? Value : never;

export const text: Shape<string> = expecting('a text', (given) => typeof given === 'string');
export const number: Shape<number> = expecting('a number', (given) => Number.isFinite(given));
export const flag: Shape<boolean> = expecting('true or false', (given) => typeof given === 'boolean');

/** One of a few values. */
export function oneOf<const Value extends string | number>(...values: readonly Value[]): Shape<Value> {
  return expecting(values.join(' or '), (given) => values.some((value) => value === given));
}

export function optional<Value>(shape: Shape<Value>): Optional<Value> {
  return { optional: shape };
}

export function listOf<Value>(shape: Shape<Value>): Shape<readonly Value[]> {
  return (given, at, problems) => {
    if (Array.isArray(given)) return given.map((one, index) => shape(one, below(at, index), problems));
    return wrong('a list', at, problems);
  };
}

export function object<All extends Fields>(fields: All): Shape<Read<All>> {
  return (given, at, problems) => {
    if (typeof given !== 'object' || given === null) return wrong('an object', at, problems);
    const read: Record<string, unknown> = {};
    for (const [name, field] of Object.entries(fields)) {
      const value = (given as Readonly<Record<string, unknown>>)[name];
      if (typeof field === 'function') read[name] = field(value, below(at, name), problems);
      else if (value !== undefined) read[name] = field.optional(value, below(at, name), problems);
    }
    return read as Read<All>;
  };
}

function expecting<Value>(what: string, fits: (given: unknown) => boolean): Shape<Value> {
  return (given, at, problems) => (fits(given) ? (given as Value) : wrong(what, at, problems));
}

/** Whoever reads looks at the problems before what was read. */
function wrong(expected: string, at: string, problems: string[]): never {
  problems.push(`${at === '' ? '' : `${at}: `}is not ${expected}`);
  return undefined as never;
}

function below(at: string, name: string | number): string {
  return at === '' ? String(name) : `${at}.${name}`;
}
