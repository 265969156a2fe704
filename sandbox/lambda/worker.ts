import { existsSync } from 'node:fs';
import http, { type ClientRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import https from 'node:https';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import type { FunctionErrorReport, InvokeMessage, WorkerMessage, WorkerStart } from './worker-messages.ts';

/*
 * The runtime inside a worker thread: what Lambda's own runtime is to a function. It imports nothing of the sandbox,
 * so that it starts as fast as a bare Node and a function can disturb nobody but itself.
 */

type Handler = (event: unknown, context: unknown) => unknown;

const port = parentPort;
if (!port) throw new Error('this is the inside of a worker thread');
const start = workerData as WorkerStart;

followClock(start.clock);
sendLogs();
keepAwsHere(new URL(process.env['AWS_ENDPOINT_URL'] ?? 'http://127.0.0.1'));
// A worker shares its directory with the whole process: code that asks is told where its files are.
process.cwd = () => start.taskRoot;
// Without a listener a message port lets the thread end; with one, it lives until it is told.
port.on('message', (message: InvokeMessage) => void invoke(message));
const handler = load();
await handler.then(
  () => send({ kind: 'ready' }),
  (error: unknown) => send({ kind: 'unready', error: reportOf(error) }),
);

function send(message: WorkerMessage): void {
  port?.postMessage(message);
}

async function load(): Promise<Handler> {
  const dot = start.handler.lastIndexOf('.');
  const [name, member] = [start.handler.slice(0, dot), start.handler.slice(dot + 1)];
  const file = ['.mjs', '.js', '.cjs'].map((end) => join(start.taskRoot, name + end)).find(existsSync);
  if (file === undefined) throw named('Runtime.ImportModuleError', `Error: Cannot find module '${name}'`);
  const module = (await import(pathToFileURL(file).href)) as Record<string, unknown>;
  const found = module[member] ?? (module['default'] as Record<string, unknown> | undefined)?.[member];
  if (typeof found !== 'function') {
    throw named('Runtime.HandlerNotFound', `${start.handler} is undefined or not exported`);
  }
  return found as Handler;
}

async function invoke(message: InvokeMessage): Promise<void> {
  const { requestId } = message;
  process.env['_X_AMZN_TRACE_ID'] = message.traceId;
  try {
    const run = await handler;
    const result = await run(JSON.parse(message.payload), contextOf(message));
    send({ kind: 'result', requestId, payload: JSON.stringify(result) ?? 'null' });
  } catch (error) {
    const report = reportOf(error);
    console.error(
      `${new Date().toISOString()}\t${requestId}\tERROR\tInvoke Error \t${JSON.stringify(report)}`,
    );
    send({ kind: 'error', requestId, error: report });
  }
}

/** https://docs.aws.amazon.com/lambda/latest/dg/nodejs-context.html */
function contextOf(message: InvokeMessage): unknown {
  const end = performance.now() + message.timeoutMs;
  return {
    callbackWaitsForEmptyEventLoop: false,
    functionName: message.functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: message.functionArn,
    memoryLimitInMB: String(message.memoryMb),
    awsRequestId: message.requestId,
    logGroupName: message.logGroup,
    logStreamName: message.logStream,
    getRemainingTimeInMillis: () => Math.max(0, Math.floor(end - performance.now())),
  };
}

function reportOf(error: unknown): FunctionErrorReport {
  if (!(error instanceof Error)) return { errorType: typeof error, errorMessage: String(error), trace: [] };
  return {
    errorType: error.name,
    errorMessage: error.message,
    trace: (error.stack ?? '').split('\n'),
  };
}

function named(name: string, message: string): Error {
  return Object.assign(new Error(message), { name });
}

/** Everything written goes to the sandbox by the same way as results, so that lines never come after them. */
function sendLogs(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.write = (chunk: Uint8Array | string, ...rest: unknown[]): boolean => {
      send({ kind: 'log', text: typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString() });
      const done = rest.find((one) => typeof one === 'function') as (() => void) | undefined;
      done?.();
      return true;
    };
  }
}

/**
 * Sends to the sandbox whatever is meant for AWS. SDKs do most of that by themselves, but for SQS they go to the host in
 * the queue's URL; and no mistake of a function or of the sandbox may ever reach the real AWS.
 */
function keepAwsHere(endpoint: URL): void {
  const real = https.request;
  const request = (target: string | URL | RequestOptions, ...rest: unknown[]): ClientRequest => {
    const isUrl = typeof target === 'string' || target instanceof URL;
    const given = isUrl && typeof rest[0] === 'object' ? (rest.shift() as RequestOptions) : {};
    const options: RequestOptions = isUrl ? { ...optionsOf(new URL(target)), ...given } : target;
    const done = rest[0] as ((response: IncomingMessage) => void) | undefined;
    const host = options.hostname ?? options.host ?? '';
    if (!/\.(amazonaws\.com(\.cn)?|api\.aws)$/.test(host)) return real(options, done);
    // An agent for TLS would refuse it.
    const { agent: _, ...plain } = options;
    const { hostname, port } = endpoint;
    return http.request({ ...plain, protocol: 'http:', host: hostname, hostname, port }, done);
  };
  https.request = request as typeof https.request;
  https.get = ((...given: Parameters<typeof request>) => {
    const sent = request(...given);
    sent.end();
    return sent;
  }) as typeof https.get;
  syncBuiltinESMExports();
}

function optionsOf(url: URL): RequestOptions {
  return {
    protocol: url.protocol,
    hostname: url.hostname,
    port: url.port || 443,
    path: url.pathname + url.search,
  };
}

/** Makes `Date` tell the sandbox's time. Timers and `performance.now` stay real: code takes the time that it takes. */
function followClock(memory: SharedArrayBuffer): void {
  const cells = new Float64Array(memory);
  const RealDate = Date;
  const now = () => Math.floor(cells[0] === 1 ? RealDate.now() + (cells[1] ?? 0) : (cells[1] ?? 0));
  const SandboxDate: DateConstructor = new Proxy(RealDate, {
    construct: (target, given: unknown[], newTarget) =>
      Reflect.construct(
        target,
        given.length === 0 ? [now()] : given,
        newTarget === SandboxDate ? target : newTarget,
      ),
    apply: () => new RealDate(now()).toString(),
    get: (target, name) => (name === 'now' ? now : Reflect.get(target, name)),
  });
  RealDate.prototype.constructor = SandboxDate;
  globalThis.Date = SandboxDate;
}
