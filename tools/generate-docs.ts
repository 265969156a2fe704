import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { cliReference } from '#cli/reference.ts';
import { checkReportJsonSchema } from '#cli/report/check-report-schema.ts';
import { outboundJsonSchema } from '#events/outbound/json-schema.ts';
import { eventsReference } from './docs/events-page.ts';
import { manifestPage } from './docs/manifest-page.ts';
import { manifestJsonSchema } from './docs/mapping-schema.ts';

/**
 * Writes what of docs/ is generated. With `--check` it writes nothing, names the files that are not up to date, and
 * exits 1 when there are any.
 */

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

export interface GeneratedFile {
  /** From the repository's root. */
  readonly path: string;
  readonly text: string;
}

/** Everything that is generated, as it should be on disk. */
export async function generateDocs(root = ROOT): Promise<readonly GeneratedFile[]> {
  const example = await readFile(join(root, 'examples/minimal/mapping.yaml'), 'utf8');
  return [
    { path: 'docs/schema/mapping.schema.json', text: `${JSON.stringify(manifestJsonSchema(), null, 2)}\n` },
    { path: 'docs/manifest.md', text: manifestPage(example.replaceAll('\r\n', '\n')) },
    {
      path: 'docs/schema/rolecall-events.schema.json',
      text: `${JSON.stringify(outboundJsonSchema(), null, 2)}\n`,
    },
    { path: 'docs/events.md', text: eventsReference() },
    { path: 'docs/cli.md', text: cliReference() },
    {
      path: 'docs/schema/check-report.schema.json',
      text: `${JSON.stringify(checkReportJsonSchema(), null, 2)}\n`,
    },
  ];
}

/** The paths of those files that are missing or differ on disk. */
export async function findStale(files: readonly GeneratedFile[], root = ROOT): Promise<readonly string[]> {
  const stale = await Promise.all(
    files.map(async ({ path, text }) => ((await readText(join(root, path))) === text ? [] : [path])),
  );
  return stale.flat();
}

/** `undefined` when there is no such file. A checkout on Windows may have its own line ends. */
async function readText(path: string): Promise<string | undefined> {
  try {
    return (await readFile(path, 'utf8')).replaceAll('\r\n', '\n');
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined;
    throw cause;
  }
}

async function writeDocs(files: readonly GeneratedFile[], root = ROOT): Promise<void> {
  for (const { path, text } of files) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
}

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });
  const files = await generateDocs();
  const stale = await findStale(files);
  if (!values.check) {
    await writeDocs(files.filter(({ path }) => stale.includes(path)));
    console.log(stale.length === 0 ? 'docs are up to date' : `wrote ${stale.join(', ')}`);
    return 0;
  }
  for (const path of stale) console.error(`${path} is not up to date: run npm run docs`);
  return stale.length === 0 ? 0 : 1;
}

if (import.meta.main) process.exitCode = await main();
