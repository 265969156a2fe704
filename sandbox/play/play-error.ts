/** A graph or a template cannot be played; `problems` has one line each, naming the resource. */
export class PlayError extends Error {
  readonly problems: readonly string[];

  constructor(what: string, problems: readonly string[]) {
    super([what, ...problems.map((problem) => `  ${problem}`)].join('\n'));
    this.name = 'PlayError';
    this.problems = problems;
  }
}
