import { matchTokens, type Token } from '#shared/iam/wildcard.ts';

/** Whether a message of a log is meant. */
export type LogFilter = (message: string) => boolean;

/** A pattern that CloudWatch Logs would refuse, or that the sandbox does not read. */
export class FilterPatternError extends Error {
  override name = 'FilterPatternError';
}

/**
 * Reads a filter pattern of CloudWatch Logs: terms (`ERROR "timed out"`, `?a ?b`, `-c`), or a condition on JSON
 * (`{ $.level = "ERROR" && $.attempts > 3 }`). Regular expressions and patterns of space-delimited fields are refused.
 * Throws `FilterPatternError`.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
 */
export function readFilterPattern(pattern: string): LogFilter {
  const text = pattern.trim();
  if (text.startsWith('[') || text.startsWith('%'))
    throw new FilterPatternError(`the sandbox reads terms and conditions on JSON, and not: ${text}`);
  return text.startsWith('{') ? jsonFilter(text) : termsFilter(text);
}

/** Terms with a question mark count only where no other terms are. */
function termsFilter(text: string): LogFilter {
  const terms = [...text.matchAll(/([?-]?)(?:"((?:[^"\\]|\\.)*)"|(\S+))/g)].map(
    ([, sign = '', quoted, word = '']) => ({ sign, term: quoted?.replaceAll(/\\(.)/g, '$1') ?? word }),
  );
  const of = (sign: string) => terms.filter((one) => one.sign === sign).map(({ term }) => term);
  const [needed, any, none] = [of(''), of('?'), of('-')];
  return (message) =>
    needed.every((term) => message.includes(term)) &&
    !none.some((term) => message.includes(term)) &&
    (needed.length > 0 || any.length === 0 || any.some((term) => message.includes(term)));
}

function jsonFilter(text: string): LogFilter {
  const reader = new Reader(tokensOf(text));
  reader.expect('{');
  const condition = anyOf(reader);
  reader.expect('}');
  reader.end();
  return (message) => {
    const document = parsed(message);
    return document !== undefined && condition(document);
  };
}

function parsed(message: string): unknown {
  try {
    const document: unknown = JSON.parse(message);
    return typeof document === 'object' && document !== null ? document : undefined;
  } catch {
    // A line that is no JSON matches no condition on JSON.
    return undefined;
  }
}

type Condition = (document: unknown) => boolean;

const TOKEN = /\s*("(?:[^"\\]|\\.)*"|&&|\|\||!=|<=|>=|[{}()=<>]|[^\s{}()=<>!&|"]+)/y;

function tokensOf(text: string): readonly string[] {
  const tokens: string[] = [];
  const pattern = new RegExp(TOKEN);
  while (pattern.lastIndex < text.length) {
    const at = pattern.lastIndex;
    const token = pattern.exec(text)?.[1];
    if (token === undefined)
      throw new FilterPatternError(`Invalid character(s) in term ${JSON.stringify(text.slice(at))}`);
    tokens.push(token);
  }
  return tokens;
}

class Reader {
  private readonly tokens: readonly string[];
  private at = 0;

  constructor(tokens: readonly string[]) {
    this.tokens = tokens;
  }

  /** Whether one of these comes next; then it is taken. */
  take(...wanted: readonly string[]): string | undefined {
    const token = this.tokens[this.at];
    if (token === undefined || !wanted.includes(token.toUpperCase())) return undefined;
    this.at++;
    return token;
  }

  next(what: string): string {
    const token = this.tokens[this.at++];
    if (token === undefined) throw new FilterPatternError(`the pattern ends where ${what} should come`);
    return token;
  }

  expect(wanted: string): void {
    const token = this.next(wanted);
    if (token.toUpperCase() !== wanted)
      throw new FilterPatternError(`${wanted} should stand where ${token} does`);
  }

  end(): void {
    const token = this.tokens[this.at];
    if (token !== undefined) throw new FilterPatternError(`the pattern goes on after its end: ${token}`);
  }
}

function anyOf(reader: Reader): Condition {
  const conditions = [allOf(reader)];
  while (reader.take('||')) conditions.push(allOf(reader));
  return (document) => conditions.some((holds) => holds(document));
}

function allOf(reader: Reader): Condition {
  const conditions = [one(reader)];
  while (reader.take('&&')) conditions.push(one(reader));
  return (document) => conditions.every((holds) => holds(document));
}

const OPERATORS = ['=', '!=', '<', '<=', '>', '>='];

function one(reader: Reader): Condition {
  if (reader.take('(')) {
    const condition = anyOf(reader);
    reader.expect(')');
    return condition;
  }
  const path = pathOf(reader.next('a property such as $.level'));
  if (reader.take('IS')) {
    const word = reader.next('TRUE, FALSE or NULL').toUpperCase();
    if (!(word in WORDS)) throw new FilterPatternError(`IS TRUE, IS FALSE or IS NULL, and not ${word}`);
    return (document) => valueAt(document, path) === WORDS[word];
  }
  if (reader.take('NOT')) {
    reader.expect('EXISTS');
    return (document) => valueAt(document, path) === undefined;
  }
  const operator = reader.take(...OPERATORS);
  if (operator === undefined)
    throw new FilterPatternError(`after ${path.join('.')} one of ${OPERATORS.join(' ')}`);
  const compare = comparison(operator, reader.next('a value'));
  return (document) => compare(valueAt(document, path));
}

const WORDS: Readonly<Record<string, boolean | null>> = { TRUE: true, FALSE: false, NULL: null };

function comparison(operator: string, token: string): (value: unknown) => boolean {
  const isString = token.startsWith('"');
  const wanted = isString ? token.slice(1, -1).replaceAll(/\\(.)/g, '$1') : token;
  const number = isString ? Number.NaN : Number(wanted);
  const numbers = (holds: (value: number) => boolean) => (value: unknown) =>
    typeof value === 'number' && holds(value);
  const pieces = wanted.split('*').map((text): Token => ({ kind: 'text', text }));
  const tokens = pieces.flatMap((piece, index): Token[] =>
    index === 0 ? [piece] : [{ kind: 'many' }, piece],
  );
  const equals = (value: unknown) =>
    Number.isNaN(number) ? typeof value === 'string' && matchTokens(tokens, value) : value === number;
  switch (operator) {
    case '=':
      return equals;
    case '!=':
      return (value) => value !== undefined && !equals(value);
    case '<':
      return numbers((value) => value < number);
    case '<=':
      return numbers((value) => value <= number);
    case '>':
      return numbers((value) => value > number);
    default:
      return numbers((value) => value >= number);
  }
}

/** `$.a.b[0]` as `['a', 'b', '0']`. */
function pathOf(selector: string): readonly string[] {
  if (!/^\$(\.[\w-]+|\[\d+\])+$/.test(selector))
    throw new FilterPatternError(`a property is written like $.level, and not ${selector}`);
  return [...selector.matchAll(/[\w-]+/g)].map(([name]) => name);
}

function valueAt(document: unknown, path: readonly string[]): unknown {
  let value = document;
  for (const name of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined;
  }
  return value;
}
