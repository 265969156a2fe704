/** One thing that is wrong with an input before any rule of an operation is asked. */
export interface ShapeProblem {
  readonly kind: 'missing' | 'malformed';
  /** Where, in the wire's own spelling: `tags.1.member.key`. */
  readonly member: string;
  /** What was expected there. */
  readonly expected: string;
}

/** An input that does not have the shape that the operation's schema describes. */
export class ShapeError extends Error {
  readonly problems: readonly ShapeProblem[];

  constructor(problems: readonly ShapeProblem[]) {
    super(
      problems
        .map((problem) => `${problem.member}: ${problem.kind}, expected ${problem.expected}`)
        .join('; '),
    );
    this.name = 'ShapeError';
    this.problems = problems;
  }
}
