import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeAwsConfig } from './aws-config.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'aws-config-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const URL = 'http://127.0.0.1:4801';
const header = (pid: number) => `# Written by process ${pid}: the accounts of the fleet`;
const ended = () => spawnSync(process.execPath, ['--version']).pid;

function another(name: string, text: string): string {
  const path = join(folder, '.rolecall', 'demo', name);
  mkdirSync(join(folder, '.rolecall', 'demo'), { recursive: true });
  writeFileSync(path, text);
  return path;
}

describe('the AWS configuration of a demonstration', () => {
  it('leads to the sandbox, and is gone when the demonstration is', () => {
    const { path, remove } = writeAwsConfig(folder, URL);
    expect(path).toBe(join(folder, '.rolecall', 'demo', 'aws-config-4801'));
    expect(readFileSync(path, 'utf8')).toContain(`[profile payments-prod]
region = eu-west-1
endpoint_url = http://127.0.0.1:4801
aws_access_key_id = 111122223333
`);
    remove();
    expect(existsSync(path)).toBe(false);
  });

  it('stays when another process has written its own in its place', () => {
    const { path, remove } = writeAwsConfig(folder, URL);
    writeFileSync(path, header(process.ppid));
    remove();
    expect(existsSync(path)).toBe(true);
  });

  it('removes that of a process which has ended', () => {
    const forsaken = another('aws-config-4802', header(ended()));
    writeAwsConfig(folder, URL);
    expect(existsSync(forsaken)).toBe(false);
  });

  it.each([
    { what: 'a process that runs', name: 'aws-config-4802', text: () => header(process.ppid) },
    { what: 'nobody that is known', name: 'aws-config-4802', text: () => '[default]' },
    { what: 'another program', name: 'other', text: () => header(ended()) },
  ])('leaves alone that of $what', ({ name, text }) => {
    const path = another(name, text());
    writeAwsConfig(folder, URL);
    expect(existsSync(path)).toBe(true);
  });
});
