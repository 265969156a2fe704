import { AppError } from '#shared/ports/app-error.ts';

/** Passes on what the world did to us, and throws what is a bug, or a person's wish to stop. */
export function worldFailure(error: unknown): AppError {
  if (!(error instanceof AppError) || error.code === 'cancelled') throw error;
  return error;
}
