/** The parts of an error of the SDK, or of the system below it, that its meaning depends on. */
export interface ErrorShape {
  /** AWS's error code, or the class of the SDK's or the language's error; `''` when there is none. */
  readonly name: string;
  readonly message: string;
  /** The HTTP status; absent when nobody answered. */
  readonly status: number | undefined;
  /** The system's code: `ECONNREFUSED`; `''` when there is none. */
  readonly systemCode: string;
  readonly retryAfterMs: number | undefined;
  readonly clockSkewCorrected: boolean;
}

/** Reads whatever was thrown; never throws itself. */
export function readErrorShape(error: unknown, now: number): ErrorShape {
  const thrown = asRecord(error);
  const metadata = asRecord(thrown['$metadata']);
  const status = metadata['httpStatusCode'];
  const headers = asRecord(asRecord(thrown['$response'])['headers']);
  return {
    name: text(thrown['name']),
    message: messageOf(error, thrown),
    status: typeof status === 'number' ? status : undefined,
    systemCode: systemCode(thrown),
    retryAfterMs: retryAfterMs(headers, now),
    clockSkewCorrected: metadata['clockSkewCorrected'] === true,
  };
}

/** The SDK adds a hint for programmers to errors of its own below a line break. */
function messageOf(error: unknown, thrown: Readonly<Record<string, unknown>>): string {
  const message = text(thrown['message']) || nestedErrors(thrown).map(({ message }) => text(message))[0];
  return (message || (error instanceof Error ? error.name : String(error))).split('\n')[0] ?? '';
}

/** Connecting to a name with several addresses fails with an AggregateError, whose own message is empty. */
function nestedErrors(thrown: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>>[] {
  const errors = thrown['errors'];
  return Array.isArray(errors) ? errors.map(asRecord) : [];
}

function systemCode(thrown: Readonly<Record<string, unknown>>): string {
  const code = text(thrown['code']) || nestedErrors(thrown).map((nested) => text(nested['code']))[0];
  return code || text(asRecord(thrown['cause'])['code']);
}

function retryAfterMs(headers: Readonly<Record<string, unknown>>, now: number): number | undefined {
  const milliseconds = Number.parseFloat(text(headers['x-amz-retry-after']));
  if (milliseconds >= 0) return milliseconds;
  const retryAfter = text(headers['retry-after']);
  if (/^\d+(\.\d+)?$/.test(retryAfter)) return Number.parseFloat(retryAfter) * 1000;
  const date = Date.parse(retryAfter);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
