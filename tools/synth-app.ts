import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stageFrom } from './synth/stage-argument.ts';
import { SynthError } from './synth/synth-error.ts';
import { synthesise } from './synth/synthesise.ts';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

/** `npm run synth -- --stage NAME`: writes the graph and the deploy zips of a stage, with no AWS account. */
try {
  const { folder, graph, zips } = await synthesise({
    app: ROOT,
    stage: stageFrom(process.argv.slice(2)),
    onProgress: ({ step, seconds, detail }) => {
      if (seconds % 5 === 0) console.error([`${step} …`, `${seconds} s`, detail].filter(Boolean).join(' '));
    },
  });
  console.log(`${folder}/graph.json`);
  for (const { name, zipBytes } of graph.functions) {
    console.log(`${zips.get(name)}  ${Math.ceil(zipBytes / 1024)} KB`);
  }
} catch (error) {
  if (!(error instanceof SynthError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
