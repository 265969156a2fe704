import type { CliIo } from '#cli/cli-io.ts';
import { durationText } from '#cli/text/age-text.ts';
import { startProgressLine } from '#cli/text/progress-line.ts';
import type { Style } from '#cli/text/style.ts';
import { findDynamo } from '#sandbox/dynamodb/find-dynoxide.ts';
import type { PlayedGraph } from '#sandbox/play/play-graph.ts';
import type { SynthProgress, SynthStep } from '../synth/progress.ts';
import { STAGE, startFleet } from './fleet.ts';
import { synthesised } from './synthesised.ts';

export interface Wanted {
  readonly root: string;
  readonly port: number;
  /** A person named the port: then it is that one or none. */
  readonly portGiven: boolean;
  readonly trailDelayMs: number;
  readonly dataDir: string;
}

const STEPS: Readonly<Record<SynthStep, string>> = {
  waiting: 'another synthesis in this folder is at work',
  preparing: "preparing SST's platform, once for this checkout",
  synthesising: 'SST synthesises the app',
};

/** Brings the whole system up, and shows how far it is. */
export async function prepare(io: CliIo, style: Style, wanted: Wanted): Promise<PlayedGraph> {
  // Before all that takes long: without a database nothing of it is of use.
  findDynamo(io.env);
  const beganAt = performance.now();
  const took = () => durationText(performance.now() - beganAt);
  const synthesis = await withLine(io, style, (tell) =>
    synthesised({
      root: wanted.root,
      stage: STAGE,
      onProgress: (progress) => tell(stepText(progress)),
      signal: io.signal,
    }),
  );
  const how = synthesis.cached ? 'as last time: no source has changed' : 'by the real SST CLI, without AWS';
  io.stdout.write(`${style.paint(style.glyphs.holds, 'good')} synthesised ${how} (${took()})\n`);
  const played = await start(io, style, { ...wanted, synthesis: synthesis.folder });
  io.stdout.write(`${style.paint(style.glyphs.holds, 'good')} up at ${played.url} (${took()})\n`);
  return played;
}

function stepText({ step, seconds, detail }: SynthProgress): string {
  return [STEPS[step], `${seconds} s`, detail].filter(Boolean).join(', ');
}

async function start(
  io: CliIo,
  style: Style,
  options: Wanted & { readonly synthesis: string },
): Promise<PlayedGraph> {
  const startOn = (port: number) =>
    withLine(io, style, (tell) => {
      tell('bringing up what the graph says');
      return startFleet({ ...options, port });
    });
  try {
    return await startOn(options.port);
  } catch (error) {
    const isPort = error instanceof Error && error.name === 'PortError';
    if (!isPort || options.portGiven) throw error;
    io.stderr.write(`Port ${options.port} is in use; taking another one.\n`);
    return await startOn(0);
  }
}

/** Shows a line while something works. */
async function withLine<T>(
  io: CliIo,
  { glyphs }: Style,
  work: (tell: (text: string) => void) => Promise<T>,
): Promise<T> {
  let text = '';
  const line = startProgressLine(io.stderr, () => text, { quiet: false, glyphs });
  try {
    return await work((told) => {
      text = told;
    });
  } finally {
    line.end();
  }
}
