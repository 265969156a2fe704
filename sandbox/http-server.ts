import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { WireAnswer, WireRequest } from './wire/protocol.ts';

/** No request of EKS, IAM and STS comes near this. */
const LONGEST_BODY = 1024 * 1024;
/** Longer than the idle time after which SDKs give up a connection, so that none is closed as it is used again. */
const KEEP_ALIVE_MS = 65_000;

/** What to do with a request that has been answered in thought. */
export type Delivery =
  /** `afterMs` is real time. */
  | { readonly kind: 'answer'; readonly answer: WireAnswer; readonly afterMs: number }
  /** Breaks the connection without an answer. */
  | { readonly kind: 'break'; readonly afterMs: number };

/** An HTTP server that can be stopped at once. */
export interface RunningServer {
  readonly port: number;
  /** Ends all connections and frees the port; calling it again does nothing more. */
  stop(): Promise<void>;
}

/** The port cannot be had. */
class PortError extends Error {
  constructor(host: string, port: number, cause: NodeJS.ErrnoException) {
    const reason =
      cause.code === 'EADDRINUSE'
        ? 'it is in use: stop what listens there, or choose another port'
        : cause.code === 'EACCES'
          ? 'this user may not: choose a port above 1023'
          : cause.message;
    super(`The sandbox cannot listen on ${host}:${port}: ${reason}.`, { cause });
    this.name = 'PortError';
  }
}

/**
 * Listens and hands every request, read to its end, to `handle`, which never rejects. Longer bodies than `longestBody`
 * bytes (a megabyte unless given) are refused. Throws `PortError`.
 */
export async function startHttpServer(
  host: string,
  port: number,
  handle: (request: WireRequest) => Delivery | Promise<Delivery>,
  longestBody = LONGEST_BODY,
): Promise<RunningServer> {
  const waiting = new Set<NodeJS.Timeout>();
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS, noDelay: true }, (request, response) => {
    readRequest(request, longestBody, (read) => {
      if (read === 'too long') return send(response, tooLong(longestBody));
      const handled = handle(read);
      if (handled instanceof Promise) void handled.then(carryOut);
      else carryOut(handled);
    });
    const carryOut = (delivery: Delivery) => {
      const deliver = () =>
        delivery.kind === 'answer' ? send(response, delivery.answer) : request.socket.destroy();
      if (delivery.afterMs === 0) return deliver();
      const timer = setTimeout(() => {
        waiting.delete(timer);
        deliver();
      }, delivery.afterMs);
      waiting.add(timer);
    };
  });
  await listen(server, host, port);
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  let stopped: Promise<void> | undefined;
  return {
    port: address.port,
    stop() {
      stopped ??= new Promise((resolve) => {
        for (const timer of waiting) clearTimeout(timer);
        server.close(() => resolve());
        server.closeAllConnections();
      });
      return stopped;
    },
  };
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const refuse = (cause: NodeJS.ErrnoException) => reject(new PortError(host, port, cause));
    server.once('error', refuse);
    server.listen(port, host, () => {
      server.off('error', refuse);
      resolve();
    });
  });
}

function readRequest(
  request: IncomingMessage,
  longestBody: number,
  done: (read: WireRequest | 'too long') => void,
): void {
  const chunks: Buffer[] = [];
  let length = 0;
  request.on('data', (chunk: Buffer) => {
    length += chunk.length;
    if (length <= longestBody) chunks.push(chunk);
  });
  request.on('end', () => {
    if (length > longestBody) return done('too long');
    const url = request.url ?? '/';
    const queryAt = url.indexOf('?');
    done({
      method: request.method ?? 'GET',
      path: queryAt < 0 ? url : url.slice(0, queryAt),
      query: new URLSearchParams(queryAt < 0 ? '' : url.slice(queryAt + 1)),
      headers: request.headers,
      body: chunks.length === 0 ? '' : Buffer.concat(chunks).toString('utf8'),
      remoteAddress: request.socket.remoteAddress ?? '127.0.0.1',
    });
  });
  // A client that goes away while it sends is nobody's to answer.
  request.on('error', () => {});
}

function tooLong(longestBody: number): WireAnswer {
  return {
    status: 413,
    headers: { 'content-type': 'application/json', 'x-amzn-ErrorType': 'RequestEntityTooLargeException' },
    body: JSON.stringify({ message: `The request is longer than ${longestBody} bytes.` }),
  };
}

function send(response: ServerResponse, answer: WireAnswer): void {
  const body = Buffer.from(answer.body, 'utf8');
  response.writeHead(answer.status, { ...answer.headers, 'content-length': body.length });
  response.end(body);
}
