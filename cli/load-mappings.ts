import { parseManifests } from '#shared/domain/manifest/parse-manifests.ts';
import type { Problem } from '#shared/domain/manifest/problem.ts';
import type { Mapping } from '#shared/domain/mapping.ts';
import type { EnrolmentRule } from '#shared/domain/registry/enrolment.ts';
import { readManifestFiles } from '#shared/files/manifest-files.ts';
import type { CliIo } from './cli-io.ts';
import { countText } from './text/count-text.ts';
import { printable } from './text/printable.ts';
import { UsageError } from './usage-error.ts';

/** A set of manifests, read and judged. */
export interface LoadedManifests {
  readonly files: number;
  readonly mappings: readonly Mapping[];
  readonly rules: readonly EnrolmentRule[];
  readonly problems: readonly Problem[];
}

/** Reads the manifests that paths name. Fails with `AppError` `file.unreadable`. */
export async function loadManifests(paths: readonly string[], io: CliIo): Promise<LoadedManifests> {
  const files = await readManifestFiles(paths, { cwd: io.cwd, readStdin: () => io.stdin.readAll() });
  return { files: files.length, ...parseManifests(files) };
}

/**
 * The mappings of manifests that are right; warnings go to stderr. A set with an error is refused whole, with every
 * problem at once: what is missing from it would look like what nobody wishes.
 */
export async function loadMappings(paths: readonly string[], io: CliIo): Promise<readonly Mapping[]> {
  const { files, mappings } = await loadFaultless(paths, io, 'nothing was checked');
  if (mappings.length === 0) {
    throw new UsageError(
      `there is no mapping in ${countText(files, 'file')}`,
      'an empty wish would make everything of ours unwished: give manifests with at least one mapping',
    );
  }
  return mappings;
}

/**
 * All that manifests say which are right; warnings go to stderr. Fails with `UsageError` when something is wrong with them.
 *
 * @param consequence what therefore did not happen
 */
export async function loadFaultless(
  paths: readonly string[],
  io: CliIo,
  consequence: string,
): Promise<LoadedManifests> {
  const loaded = await loadManifests(paths, io);
  for (const problem of loaded.problems) io.stderr.write(`${problemLine(problem)}\n`);
  const errors = loaded.problems.filter(({ severity }) => severity === 'error').length;
  if (errors === 0) return loaded;
  throw new UsageError(
    `${countText(errors, 'error')} in the manifests: ${consequence}`,
    'correct them; rolecall validate -f PATH looks at manifests alone',
  );
}

/** `file:line:col: severity: message [rule]`, which editors and CI systems know how to read. */
export function problemLine({ file, line, column, severity, message, path, rule }: Problem): string {
  const where = path === '' ? '' : `${path}: `;
  return printable(`${file}:${line}:${column}: ${severity}: ${where}${message} [${rule}]`);
}
