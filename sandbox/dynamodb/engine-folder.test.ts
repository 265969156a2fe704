import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeEngineFolder } from './engine-folder.ts';

let parent = '';
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'engine-folders-'));
});
afterEach(() => rmSync(parent, { recursive: true }));

function folderOf(name: string, owner: string | undefined): string {
  const folder = join(parent, name);
  mkdirSync(folder);
  writeFileSync(join(folder, 'tables.db'), 'data');
  if (owner !== undefined) writeFileSync(join(folder, 'owner.pid'), owner);
  return folder;
}

/** The id of a process that has ended. */
const ended = () => String(spawnSync(process.execPath, ['--version']).pid);

describe('the folder of an engine', () => {
  it('says whose it is', () => {
    expect(readFileSync(join(makeEngineFolder(parent), 'owner.pid'), 'utf8')).toBe(`${process.pid}\n`);
  });

  it('takes the place of those whose process has ended', () => {
    const forsaken = folderOf('sandbox-dynamodb-aaaaaa', ended());
    makeEngineFolder(parent);
    expect(existsSync(forsaken)).toBe(false);
  });

  it.each([
    { what: 'a process that runs', name: 'sandbox-dynamodb-aaaaaa', owner: () => String(process.pid) },
    { what: 'nobody that is known', name: 'sandbox-dynamodb-aaaaaa', owner: () => undefined },
    { what: 'something that is no process', name: 'sandbox-dynamodb-aaaaaa', owner: () => 'me' },
    { what: 'another program', name: 'somebodys-data', owner: ended },
  ])('leaves alone what belongs to $what', ({ name, owner }) => {
    const folder = folderOf(name, owner());
    makeEngineFolder(parent);
    expect(existsSync(join(folder, 'tables.db'))).toBe(true);
  });
});
