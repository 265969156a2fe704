import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { makeEngineFolder } from './engine-folder.ts';

/** How a running engine is reached. */
export interface EngineAddress {
  readonly url: string;
  readonly mcpUrl: string;
  readonly mcpToken: string;
}

/**
 * Runs the program and ends it when its own standard input ends: that is a pipe from this process, which the kernel
 * closes however this process dies. So no dynoxide is ever left behind.
 */
const GUARD =
  'exec 3<&0; "$@" </dev/null & child=$!; (cat <&3 >/dev/null; kill "$child" 2>/dev/null) & wait "$child"';
const START_TIMEOUT_MS = 10_000;

/** One dynoxide process with its data in a folder of its own, so that one which has died is started again with them. */
export class DynoxideProcess {
  private readonly path: string;
  private readonly folder = makeEngineFolder();
  private readonly onDeath: () => void;
  private child: ChildProcess | undefined;
  private starting: Promise<EngineAddress> | undefined;
  private stopped = false;

  /** `onDeath` is called when the process has died by itself. */
  constructor(path: string, onDeath: () => void) {
    this.path = path;
    this.onDeath = onDeath;
  }

  /** The address of the running process; starts it when none runs. Rejects when it does not start. */
  address(): Promise<EngineAddress> {
    if (this.stopped) throw new Error('the database is stopped');
    this.starting ??= this.start();
    return this.starting;
  }

  /** Ends the process and removes its data; resolves when both are gone. */
  async stop(): Promise<void> {
    this.stopped = true;
    await this.starting?.catch(() => undefined);
    const { child } = this;
    if (child && child.exitCode === null && child.signalCode === null) {
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.stdin?.end();
      await gone;
    }
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async start(): Promise<EngineAddress> {
    const [port, mcpPort] = await Promise.all([freePort(), freePort()]);
    const mcpToken = randomBytes(16).toString('hex');
    const data = ['--db-path', join(this.folder, 'tables.db')];
    const flags = ['serve', '--host', '127.0.0.1', '--port', String(port), ...data];
    const mcp = ['--mcp', '--mcp-host', '127.0.0.1', '--mcp-port', String(mcpPort)];
    const child = spawn('/bin/sh', ['-c', GUARD, 'dynoxide', this.path, ...flags, ...mcp], {
      stdio: ['pipe', 'pipe', 'pipe'],
      cwd: this.folder,
      env: { PATH: '/usr/bin:/bin', DYNOXIDE_MCP_AUTH_TOKEN: mcpToken },
    });
    this.child = child;
    await listening(child, this.path);
    child.once('exit', () => {
      this.starting = undefined;
      child.stdin?.end();
      if (!this.stopped) this.onDeath();
    });
    return { url: `http://127.0.0.1:${port}`, mcpUrl: `http://127.0.0.1:${mcpPort}/mcp`, mcpToken };
  }
}

function listening(child: ChildProcess, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = '';
    const timer = setTimeout(() => fail(`did not start within ${START_TIMEOUT_MS} ms`), START_TIMEOUT_MS);
    const fail = (why: string) => {
      clearTimeout(timer);
      child.stdin?.end();
      reject(new Error(`${path} ${why}: ${said.trim()}`));
    };
    const hear = (chunk: Buffer) => {
      // Nothing is kept once it runs, but the pipe is read on so that it never fills.
      said = `${said}${chunk.toString()}`.slice(-2_000);
      if (!/MCP HTTP server listening/.test(said)) return;
      clearTimeout(timer);
      resolve();
    };
    child.stdout?.on('data', hear);
    child.stderr?.on('data', hear);
    child.once('error', (error) => fail(error.message));
    child.once('exit', (code) => fail(`ended with ${code}`));
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}
