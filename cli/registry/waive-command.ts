import { waive } from '#shared/app/registry/findings.ts';
import { whoText } from '#shared/domain/who-text.ts';
import type { CliContext } from '../cli-context.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { UsageError } from '../usage-error.ts';
import { askedBy } from './asked-by.ts';
import { findingName } from './finding-view.ts';
import { findFinding } from './name-of-finding.ts';
import { say } from './say.ts';
import { type RegistryOptions, withRegistry } from './with-registry.ts';

/** The options of `rolecall waive`. */
export interface WaiveOptions extends RegistryOptions {
  readonly reason: string;
  readonly until: string;
  readonly cluster?: string;
}

/** `rolecall waive`: accepts an open finding for a reason until a date. */
export async function waiveCommand(
  context: CliContext,
  name: string,
  options: WaiveOptions,
): Promise<ExitCode> {
  const { io } = context;
  const until = readUntil(options.until);
  await withRegistry(context, options, async (connection) => {
    const finding = await findFinding(connection, name, options.cluster, io.signal);
    const asked = await askedBy(connection, options.reason, io.signal);
    const answer = await waive(connection, finding, until, asked);
    if (answer === 'untilPast') throw new UsageError(`--until ${options.until} is past`, 'give a later day');
    if (answer !== 'waived') {
      throw new UsageError(
        `${findingName(finding)} is ${finding.status === 'open' ? 'gone' : finding.status}: there is nothing to waive`,
        'only what is open or waived already can be waived',
      );
    }
    say(context, `Waived to the end of ${options.until} (UTC): ${findingName(finding)}`, { tone: 'strong' });
    say(
      context,
      '  It counts as accepted until then, also when it goes away and comes back. Whether it is put right does not depend on it.',
    );
    say(context, `  Waived by ${whoText(asked.by)}: ${asked.why}`);
  });
  return EXIT.clean;
}

const DAY_MS = 24 * 3_600_000;

/** To the end of a day, UTC. Throws `UsageError` for what is no day. */
function readUntil(text: string): number {
  const begins = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  // Of 31 February some engines make a day in March.
  if (Number.isFinite(begins) && new Date(begins).toISOString().startsWith(text)) return begins + DAY_MS;
  throw new UsageError(
    `--until is no day: ${text}`,
    'write YYYY-MM-DD, the last day (UTC) on which it is waived',
  );
}
