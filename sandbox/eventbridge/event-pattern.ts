import { AwsError } from '../aws-error.ts';
import { type Leaf, type Leaves, leavesOf } from './event-leaves.ts';
import { invalidPattern } from './pattern-error.ts';
import { type Alternative, alternativesOf } from './pattern-fields.ts';
import type { ValueMatcher } from './value-matcher.ts';

/** A pattern, ready to be held against events. */
export interface EventPattern {
  /** Whether an event (a JSON value: the whole envelope) matches. */
  readonly matches: (event: unknown) => boolean;
}

/** The default quota for the length of a pattern (facts §6.2). */
const MAX_LENGTH = 4096;

/**
 * Compiles an event pattern, given as JSON text or as a value, with the meaning that AWS documents: every field must
 * match; a field matches when one of its values does; of an array in the event one element is enough, and fields
 * inside the objects of one array must match in the same element.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern.html and …-operators.html
 *
 * Throws AWS's InvalidEventPatternException. One thing is not judged: AWS also refuses patterns whose wildcards are
 * too many for its own machine ("Rule is too complex"), by a measure that it does not publish.
 */
export function compileEventPattern(pattern: unknown): EventPattern {
  const alternatives = alternativesOf(typeof pattern === 'string' ? readText(pattern) : pattern);
  return {
    matches: (event) => {
      const leaves = leavesOf(event);
      return alternatives.some((alternative) => matchesTogether(alternative, leaves));
    },
  };
}

function readText(text: string): unknown {
  if (text.length > MAX_LENGTH) {
    throw new AwsError(
      'ValidationException',
      400,
      `1 validation error detected: Value at 'eventPattern' failed to satisfy constraint: Member must have length less than or equal to ${MAX_LENGTH}`,
    );
  }
  try {
    return JSON.parse(text);
  } catch {
    throw invalidPattern('Invalid JSON');
  }
}

function matchesTogether(alternative: Alternative, leaves: Leaves): boolean {
  const choices: (readonly Leaf[])[] = [];
  for (const [path, matchers] of alternative) {
    const there = leaves.get(path);
    if (!there) {
      if (matchers.includes('absent')) continue;
      return false;
    }
    const accepted = there.filter(({ value }) => matchers.some((matcher) => accepts(matcher, value)));
    if (accepted.length === 0) return false;
    // A leaf outside every array goes together with all others.
    if (!accepted.some(({ within }) => within.size === 0)) choices.push(accepted);
  }
  return canChoose(choices, new Map());
}

function accepts(matcher: ValueMatcher, value: Leaf['value']): boolean {
  return matcher !== 'absent' && matcher(value);
}

/** Whether there is one leaf of each field such that no two are in different elements of one array. */
function canChoose(choices: readonly (readonly Leaf[])[], chosen: ReadonlyMap<number, number>): boolean {
  const [first, ...rest] = choices;
  if (!first) return true;
  return first.some(({ within }) => {
    const agrees = [...within].every(([array, index]) => (chosen.get(array) ?? index) === index);
    return agrees && canChoose(rest, new Map([...chosen, ...within]));
  });
}
