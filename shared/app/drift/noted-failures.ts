import { AppError } from '#shared/ports/app-error.ts';
import type { PodIdentityReader } from '#shared/ports/pod-identity.ts';

/** A reader that also keeps why it failed: a look at a key only says that it could not be looked at. */
export interface NotedFailures {
  readonly reader: PodIdentityReader;
  readonly failures: readonly AppError[];
}

export function notingFailures(reader: PodIdentityReader): NotedFailures {
  const failures: AppError[] = [];
  const note = (error: unknown): never => {
    if (error instanceof AppError && error.code !== 'cancelled') failures.push(error);
    throw error;
  };
  return {
    failures,
    reader: {
      describe: (cluster, id, options) => reader.describe(cluster, id, options).catch(note),
      list: (cluster, options) => noting(reader.list(cluster, options), note),
    },
  };
}

async function* noting<Page>(
  pages: AsyncIterable<Page>,
  note: (error: unknown) => never,
): AsyncGenerator<Page> {
  try {
    yield* pages;
  } catch (error) {
    note(error);
  }
}
