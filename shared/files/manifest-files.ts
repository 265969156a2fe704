import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { isAbsolute, join, resolve } from 'node:path';
import { compareText } from '#shared/domain/key.ts';
import type { ManifestFile } from '#shared/domain/manifest/yaml-document.ts';
import { AppError } from '#shared/ports/app-error.ts';

export interface ManifestSource {
  /** What relative paths are relative to. */
  readonly cwd: string;
  /** Answers for the path `-`. */
  readonly readStdin: () => Promise<string>;
}

const EXTENSION = /\.ya?ml$/i;

/**
 * Reads the manifests that paths name: files as they are, folders with every `.yaml` and `.yml` under them, `-` for
 * the standard input. In the order of the paths, and sorted within a folder; a file that is named twice is read once.
 *
 * Fails with `file.unreadable` for a path that is not there, cannot be read, or is a folder without manifests: a wish
 * that could not be read must not look like one that was withdrawn.
 */
export async function readManifestFiles(
  paths: readonly string[],
  source: ManifestSource,
): Promise<readonly ManifestFile[]> {
  const files: ManifestFile[] = [];
  const seen = new Set<string>();
  for (const path of paths) {
    if (path === '-') {
      if (!seen.has(path)) files.push({ path: '<stdin>', text: withoutMark(await source.readStdin()) });
      seen.add(path);
      continue;
    }
    for (const file of await filesOf(path, source.cwd)) {
      const identity = await realpath(absolute(file, source.cwd));
      if (seen.has(identity)) continue;
      seen.add(identity);
      files.push({ path: file, ...(await readText(file, source.cwd)) });
    }
  }
  return files;
}

async function filesOf(path: string, cwd: string): Promise<readonly string[]> {
  if (!(await isFolder(path, cwd))) return [path];
  const found = await walk(path, cwd);
  if (found.length === 0) throw unreadable(path, 'there is no .yaml or .yml file in it');
  return found;
}

async function isFolder(path: string, cwd: string): Promise<boolean> {
  try {
    return (await stat(absolute(path, cwd))).isDirectory();
  } catch (error) {
    throw unreadable(path, explain(error), error);
  }
}

/**
 * What is hidden is left out, as shells do; that also leaves out the second name that Kubernetes gives every file of
 * a mounted ConfigMap. Links to folders are refused: they can lead in circles, and leaving them out would lose mappings.
 */
async function walk(folder: string, cwd: string): Promise<readonly string[]> {
  const entries = await listing(folder, cwd);
  const found: string[] = [];
  for (const entry of entries.sort((left, right) => compareText(left.name, right.name))) {
    if (entry.name.startsWith('.') || entry.name === 'node_modules') continue;
    const path = join(folder, entry.name);
    // Silently left out, its mappings would look as if nobody wished for them any more.
    if (entry.isSymbolicLink() && (await isFolder(path, cwd))) {
      throw unreadable(
        path,
        'it is a link to a folder, and those are not followed: name the folder itself with -f',
      );
    }
    if (entry.isDirectory()) found.push(...(await walk(path, cwd)));
    else if (EXTENSION.test(entry.name) && !(await isFolder(path, cwd))) found.push(path);
  }
  return found;
}

async function listing(folder: string, cwd: string) {
  try {
    return await readdir(absolute(folder, cwd), { withFileTypes: true });
  } catch (error) {
    throw unreadable(folder, explain(error), error);
  }
}

/** What is no text is for `validate` to tell, among the problems of the other files. */
async function readText(path: string, cwd: string): Promise<Pick<ManifestFile, 'text' | 'notUtf8'>> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(absolute(path, cwd));
  } catch (error) {
    throw unreadable(path, explain(error), error);
  }
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
  } catch {
    return { text: '', notUtf8: true };
  }
}

/** Without the byte order mark that some editors put in front. */
function withoutMark(text: string): string {
  return text.startsWith('\ufeff') ? text.slice(1) : text;
}

function absolute(path: string, cwd: string): string {
  return isAbsolute(path) ? path : resolve(cwd, path);
}

const EXPLANATIONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or folder',
  EACCES: 'it may not be read by you',
  EPERM: 'it may not be read by you',
  ELOOP: 'it is a link that leads to itself',
};

function explain(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return EXPLANATIONS[code] ?? (error instanceof Error ? error.message : String(error));
}

function unreadable(path: string, detail: string, cause?: unknown): AppError {
  return new AppError('file.unreadable', `cannot read ${path}: ${detail}`, { retryable: false, cause });
}
