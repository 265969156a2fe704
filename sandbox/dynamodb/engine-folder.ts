import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isRunning } from '../is-running.ts';

const PREFIX = 'sandbox-dynamodb-';
/** Holds the id of the process that made the folder: without it a folder is not known to be ours. */
const OWNER_FILE = 'owner.pid';

/**
 * Makes a folder for the data of one engine. Folders of processes that ended without removing theirs, which a kill
 * prevents, are removed first.
 */
export function makeEngineFolder(parent = tmpdir()): string {
  removeForsaken(parent);
  const folder = mkdtempSync(join(parent, PREFIX));
  writeFileSync(join(folder, OWNER_FILE), `${process.pid}\n`);
  return folder;
}

function removeForsaken(parent: string): void {
  for (const name of readdirSync(parent)) {
    if (!name.startsWith(PREFIX)) continue;
    const folder = join(parent, name);
    const owner = ownerOf(folder);
    if (owner === undefined || isRunning(owner)) continue;
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Of a folder that is just being made, or of somebody else's, nobody is known. */
function ownerOf(folder: string): number | undefined {
  try {
    const text = readFileSync(join(folder, OWNER_FILE), 'utf8').trim();
    return /^\d+$/.test(text) ? Number(text) : undefined;
  } catch {
    return undefined;
  }
}
