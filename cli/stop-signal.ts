/** When to give up, and why. */
export interface StopSignal {
  readonly signal: AbortSignal;
  /** `Ctrl-C`, or that the time given has passed; absent while nobody stopped us. */
  reason(): string | undefined;
  /** Lets the process end although time is left. */
  clear(): void;
}

/** Aborts when the person says so, or when `timeoutSeconds` have passed. */
export function stopSignal(person: AbortSignal, timeoutSeconds: number | undefined): StopSignal {
  const controller = new AbortController();
  let why: string | undefined;
  const stop = (reason: string) => {
    why ??= reason;
    controller.abort();
  };
  const onPerson = () => stop('stopped');
  if (person.aborted) onPerson();
  person.addEventListener('abort', onPerson, { once: true });
  const timer =
    timeoutSeconds === undefined
      ? undefined
      : setTimeout(() => stop(`gave up after ${timeoutSeconds} s (--timeout)`), timeoutSeconds * 1000);
  return {
    signal: controller.signal,
    reason: () => why,
    clear() {
      clearTimeout(timer);
      person.removeEventListener('abort', onPerson);
    },
  };
}
