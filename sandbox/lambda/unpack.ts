import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { unzipSync } from 'fflate';

/**
 * Unpacks a deploy zip into a folder of `cacheFolder` named by the zip's content, unless that is there already, and
 * answers it. Safe to call from several processes at once. Throws for a zip that cannot be read or that would write
 * outside its folder.
 */
export function unpackZip(zipPath: string, cacheFolder: string): string {
  const zip = readFileSync(zipPath);
  const folder = join(cacheFolder, createHash('sha256').update(zip).digest('hex').slice(0, 32));
  if (existsSync(folder)) return folder;
  mkdirSync(cacheFolder, { recursive: true });
  const unfinished = mkdtempSync(join(cacheFolder, 'unfinished-'));
  try {
    for (const [name, content] of Object.entries(unzipSync(zip))) {
      const path = join(unfinished, name);
      if (!path.startsWith(unfinished + sep))
        throw new Error(`${zipPath}: ${name} is outside the zip's folder`);
      if (name.endsWith('/')) continue;
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, content);
    }
    renameSync(unfinished, folder);
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true });
    // Another process was faster.
    if (!existsSync(folder)) throw error;
  }
  return folder;
}
