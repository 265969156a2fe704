import { AppError } from '#shared/ports/app-error.ts';
import type { CliIo } from './cli-io.ts';
import { printable } from './text/printable.ts';
import { UsageError } from './usage-error.ts';

/** What went wrong and what to do next. Only a bug shows where in the code. */
export function explainError(error: unknown, io: Pick<CliIo, 'env'>): string {
  if (error instanceof UsageError) return told(error.message, error.hint);
  if (error instanceof AppError) return told(error.message, hintFor(error));
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const advice = io.env['ROLECALL_DEBUG'] ? '' : '\n';
  return `error: this is a bug in Rolecall, please report it with what follows\n${stack}${advice}`;
}

function told(message: string, hint: string | undefined): string {
  return `error: ${printable(message)}\n${hint === undefined ? '' : `  ${printable(hint)}\n`}`;
}

/** The adapters' messages name what can be done about credentials and endpoints; here is what is ours to say. */
function hintFor({ code, message }: AppError): string | undefined {
  switch (code) {
    case 'aws.accessDenied': {
      const action = /\b(eks|iam|sts|dynamodb):[A-Za-z]+/.exec(message)?.[0];
      return action === undefined
        ? undefined
        : `have ${action} allowed for these credentials, or use others (--profile)`;
    }
    case 'aws.throttled':
      return 'AWS asked us to slow down for a whole minute: try again later, or with a lower --concurrency';
    case 'registry.contended':
      return 'try again in a moment';
    case 'registry.unreadable':
      return 'a newer Rolecall may have written it: use the version that is deployed';
    case 'cluster.notFound':
      return 'check the name, --region and --profile';
    case 'aws.timeout':
      return 'see whether the endpoint can be reached, then try again';
    default:
      return undefined;
  }
}
