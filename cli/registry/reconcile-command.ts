import { readFreeze } from '#shared/app/registry/freeze.ts';
import { isLookedAt, requestReconcile } from '#shared/app/registry/request-reconcile.ts';
import { whoText } from '#shared/domain/who-text.ts';
import type { CliContext } from '../cli-context.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { countText } from '../text/count-text.ts';
import { startProgressLine } from '../text/progress-line.ts';
import { styleFor } from '../text/style.ts';
import { askedBy } from './asked-by.ts';
import { type ChosenBy, chosenClusters } from './chosen-clusters.ts';
import { say } from './say.ts';
import { type RegistryOptions, withRegistry } from './with-registry.ts';

/** The options of `rolecall reconcile`. */
export interface ReconcileOptions extends RegistryOptions, ChosenBy {
  readonly reason: string;
}

/** `rolecall reconcile`: has the hub look at clusters again, now. What may be written there is what always may. */
export async function reconcileCommand(
  context: CliContext,
  names: readonly string[],
  options: ReconcileOptions,
): Promise<ExitCode> {
  const { io } = context;
  return await withRegistry(context, options, async (connection) => {
    const chosen = await chosenClusters(connection, names, options, io.signal);
    const asked = await askedBy(connection, options.reason, io.signal);
    for (const { cluster } of chosen.filter((item) => !isLookedAt(item))) {
      say(context, `${cluster.name} is left out: its mode is ${cluster.mode}`, { to: 'stderr' });
    }
    const { glyphs } = styleFor(io.stderr, io, context);
    let done = 0;
    const total = countText(chosen.filter(isLookedAt).length, 'cluster');
    const progress = startProgressLine(io.stderr, () => `${done} of ${total}`, { quiet: false, glyphs });
    let count: number;
    try {
      const onProgress = (now: number) => {
        done = now;
      };
      count = await requestReconcile(connection, chosen, asked, {
        verify: 'full',
        onProgress,
        signal: io.signal,
      });
    } finally {
      progress.end();
    }
    const freeze = await readFreeze(connection);
    const held = freeze?.frozen ? ' Writes are FROZEN: nothing is written until rolecall unfreeze.' : '';
    say(context, `The hub looks at ${countText(count, 'cluster')} now.${held}`);
    say(context, `  Asked by ${whoText(asked.by)}: ${asked.why}`);
    if (count > 0) io.stdout.write('  What comes of it: rolecall events --follow\n');
    return count === 0 ? EXIT.error : EXIT.clean;
  });
}
