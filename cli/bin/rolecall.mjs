#!/usr/bin/env node
// Starts Rolecall. Plain JavaScript that any Node reads: on a Node that is too old it hands over to the one that
// `npm ci` brought along (the npm package `node`), so that nothing has to be installed by hand.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import module from 'node:module';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const built = join(root, 'dist', 'cli', 'main.js');
const isBuilt = existsSync(built);
const entry = isBuilt ? built : join(root, 'cli', 'main.ts');
// The sources run as they are only where Node strips types by itself.
const needed = isBuilt ? [22, 0] : [22, 18];

if (isRecent(process.versions.node, needed)) {
  module.enableCompileCache?.();
  await import(pathToFileURL(entry).href);
} else {
  handOver();
}

function isRecent(version, [neededMajor, neededMinor]) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > neededMajor || (major === neededMajor && minor >= neededMinor);
}

function handOver() {
  const name = process.platform === 'win32' ? 'node.exe' : 'node';
  const node = [join(root, 'node_modules', 'node', 'bin', name), join(root, '..', 'node', 'bin', name)].find(
    (path) => existsSync(path),
  );
  if (node === undefined || process.env['ROLECALL_HANDED_OVER'] === '1') {
    console.error(
      `rolecall needs Node ${needed.join('.')} or later, and this is Node ${process.versions.node}.\n` +
        `Run 'npm ci' in ${root}: it brings a recent Node along. Or install Node 24: https://nodejs.org`,
    );
    process.exitCode = 1;
    return;
  }
  const child = spawn(node, process.argv.slice(1), {
    stdio: 'inherit',
    env: { ...process.env, ROLECALL_HANDED_OVER: '1' },
  });
  // The terminal sends Ctrl-C to both; what comes of it is the child's to say. Other signals reach only us.
  const ignore = () => undefined;
  const forward = (signal) => child.kill(signal);
  process.on('SIGINT', ignore);
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, forward);
  child.on('error', (error) => {
    console.error(`rolecall could not start ${node}: ${error.message}`);
    process.exitCode = 1;
  });
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? 128 + (constants.signals[signal] ?? 0);
  });
}
