/**
 * `npm run scale`: the deployed product against thousands of changes made behind its back. Plays the product's own graph
 * from its real zips, enrols a fleet in it, changes the fleet by hand, and says whether everything was put right, and at
 * what price. Exits 0 when all of it holds, 1 when something does not, 130 when it is cancelled.
 */
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { ScaleReport } from '#test/scale/scale-report.ts';
import { runScale } from '#test/scale/scale-run.ts';
import { SynthError } from '#tools/synth/synth-error.ts';
import { synthesise } from '#tools/synth/synthesise.ts';
import { scaleProgress } from './scale-progress.ts';
import { scaleTable } from './scale-table.ts';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const HELP = `npm run scale -- [options]

Plays the deployed product on this machine, changes a fleet behind its back, and checks that every
association is as it should be afterwards. Needs no AWS account.

  --events N     events of changes by others, duplicates included   (10000)
  --clusters N   clusters, with 20 associations each                (50)
  --seed N       the same seed draws the same changes               (1)
  --help         this page

Ctrl-C ends it. Exit codes: 0 all as promised, 1 not, 130 cancelled.
`;

const options = readOptions();
if (options === 'help') process.stdout.write(HELP);
else process.exitCode = await run(options);

interface Options {
  readonly events: number;
  readonly clusters: number;
  readonly seed: number;
}

async function run(options: Options): Promise<number> {
  const cancel = new AbortController();
  const { signal } = cancel;
  process.once('SIGINT', () => cancel.abort(new Error('cancelled')));
  const progress = scaleProgress(process.stderr, options.events);
  let report: ScaleReport;
  try {
    progress.say('Synthesising the app …');
    const { folder } = await synthesise({ app: ROOT, stage: 'sandbox', signal });
    progress.say(`Playing it: ${options.clusters} clusters, seed ${options.seed} …`);
    report = await runScale({ ...options, folder, signal, onProgress: progress.show });
  } catch (error) {
    if (!signal.aborted && !(error instanceof SynthError)) throw error;
    progress.say(signal.aborted ? 'Cancelled; nothing is left running.' : String(error));
    return signal.aborted ? 130 : 1;
  } finally {
    progress.end();
  }
  process.stdout.write(scaleTable(report));
  return report.problems.length === 0 ? 0 : 1;
}

function readOptions(): Options | 'help' {
  try {
    const { values } = parseArgs({
      options: {
        events: { type: 'string', default: '10000' },
        clusters: { type: 'string', default: '50' },
        seed: { type: 'string', default: '1' },
        help: { type: 'boolean', default: false },
      },
    });
    if (values.help) return 'help';
    return {
      events: count('--events', values.events, 1_000_000),
      clusters: count('--clusters', values.clusters, 1_000),
      seed: count('--seed', values.seed, 2 ** 31),
    };
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${HELP}`);
    process.exit(1);
  }
}

function count(name: string, text: string, most: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= 1 && value <= most) return value;
  throw new Error(`${name} takes a whole number from 1 to ${most}, not ${JSON.stringify(text)}`);
}
