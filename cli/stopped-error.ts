import { UsageError } from './usage-error.ts';

/** Somebody stopped the run, or its time was over. */
export class StoppedError extends UsageError {
  constructor(message: string, hint: string) {
    super(message, hint);
    this.name = 'StoppedError';
  }
}
