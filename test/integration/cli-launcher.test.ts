import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const ownNode = join(root, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');

/** A package with the launcher and a program that tells how it was started. */
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rolecall-launcher-'));
  mkdirSync(join(folder, 'cli', 'bin'), { recursive: true });
  mkdirSync(join(folder, 'dist', 'cli'), { recursive: true });
  cpSync(join(root, 'cli', 'bin', 'rolecall.mjs'), join(folder, 'cli', 'bin', 'rolecall.mjs'));
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  writeFileSync(
    join(folder, 'dist', 'cli', 'main.js'),
    "console.log(JSON.stringify({ node: process.execPath, args: process.argv.slice(2), from: 'dist' })); process.exitCode = 2;",
  );
  writeFileSync(
    join(folder, 'cli', 'main.ts'),
    "const from: string = 'source'; console.log(JSON.stringify({ from }));",
  );
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Runs the launcher as a Node of that version would: it asks nothing but `process.versions`. */
function launch(version: string, args: readonly string[] = [], env: Record<string, string> = {}) {
  const pretend = `Object.defineProperty(process.versions, 'node', { value: '${version}' })`;
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [
      '--import',
      `data:text/javascript,${encodeURIComponent(pretend)}`,
      join(folder, 'cli', 'bin', 'rolecall.mjs'),
      ...args,
    ],
    { encoding: 'utf8', cwd: tmpdir(), env: { ...process.env, ...env } },
  );
  return {
    status,
    stderr,
    told: stdout === '' ? undefined : (JSON.parse(stdout) as Record<string, unknown>),
  };
}

describe('the launcher', () => {
  it('runs the bundle where there is one, from any folder, and passes on its exit code', () => {
    const { status, told } = launch('24.0.0', ['check', '-f', 'a b']);
    expect(told).toMatchObject({ from: 'dist', args: ['check', '-f', 'a b'] });
    expect(status).toBe(2);
  });

  it('runs the sources where nothing was built', () => {
    rmSync(join(folder, 'dist'), { recursive: true });
    expect(launch('22.18.0').told).toEqual({ from: 'source' });
  });

  it.runIf(existsSync(ownNode))(
    'hands over to the Node that npm ci brought along when this one is too old',
    () => {
      const bin = join(folder, 'node_modules', 'node', 'bin');
      mkdirSync(bin, { recursive: true });
      // Links cannot be made by everybody on Windows.
      if (process.platform === 'win32') cpSync(ownNode, join(bin, 'node.exe'));
      else symlinkSync(ownNode, join(bin, 'node'));
      const { status, told } = launch('20.11.1', ['check']);
      expect(told).toMatchObject({ from: 'dist', args: ['check'] });
      expect(String(told?.['node'])).toContain(join('node_modules', 'node', 'bin'));
      expect(status).toBe(2);
    },
  );

  it.each([
    { version: '20.11.1', built: true, needs: '22.0' },
    { version: '22.17.9', built: false, needs: '22.18' },
  ])('says what to do on Node $version without another one', ({ version, built, needs }) => {
    if (!built) rmSync(join(folder, 'dist'), { recursive: true });
    const { status, stderr } = launch(version);
    expect(status).toBe(1);
    expect(stderr).toContain(`rolecall needs Node ${needs} or later, and this is Node ${version}`);
    expect(stderr).toContain("Run 'npm ci'");
  });
});

it('is what package.json calls rolecall', () => {
  const { bin } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    bin: Record<string, string>;
  };
  expect(bin).toEqual({ rolecall: 'cli/bin/rolecall.mjs' });
});
