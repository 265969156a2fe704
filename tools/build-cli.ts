import { rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Metafile } from 'esbuild';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

export interface BuildOptions {
  /** Where to write; `dist` of this repository unless given. Nothing is written with `false`. */
  readonly outdir?: string | false;
}

/**
 * Bundles the CLI into `dist/cli`, split at every dynamic import: what a command does not need is not loaded. Answers
 * esbuild's account of what went into which file.
 */
export async function buildCli(options: BuildOptions = {}): Promise<Metafile> {
  const outdir = options.outdir === false ? undefined : (options.outdir ?? join(ROOT, 'dist'));
  // Chunks are named by their content: without this, those of earlier builds would stay.
  if (outdir !== undefined) rmSync(join(outdir, 'cli'), { recursive: true, force: true });
  const { metafile } = await build({
    absWorkingDir: ROOT,
    // The worker of the sandbox's functions is started as a file of its own.
    entryPoints: { main: 'cli/main.ts', 'lambda-worker': 'sandbox/lambda/worker.ts' },
    outdir: join(outdir ?? join(ROOT, 'dist'), 'cli'),
    write: outdir !== undefined,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node22',
    // Stack traces in bug reports name our functions.
    minifySyntax: true,
    minifyWhitespace: true,
    metafile: true,
    legalComments: 'none',
    logLevel: 'warning',
    chunkNames: '[name]-[hash]',
    mainFields: ['module', 'main'],
    // CommonJS packages ask for Node's own modules by `require`, which modules do not have.
    banner: {
      js: "import { createRequire as createRequireOfBundle } from 'node:module'; const require = createRequireOfBundle(import.meta.url);",
    },
  });
  return metafile;
}

if (import.meta.main) await buildCli();
