import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

/** What an endpoint answers to a request; `undefined` breaks the connection. */
export interface ScriptedAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** An object goes as JSON. */
  readonly body?: unknown;
}

export interface ReceivedRequest {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** An HTTP endpoint that answers what a test says, for answers that neither AWS nor the sandbox would give. */
export class ScriptedEndpoint {
  readonly received: ReceivedRequest[] = [];
  readonly url: string;
  readonly #stop: () => Promise<void>;

  private constructor(url: string, received: ReceivedRequest[], stop: () => Promise<void>) {
    this.url = url;
    this.received = received;
    this.#stop = stop;
  }

  /** Starts it on a free port of this machine. */
  static async start(
    answer: (request: ReceivedRequest) => ScriptedAnswer | undefined,
  ): Promise<ScriptedEndpoint> {
    const received: ReceivedRequest[] = [];
    const server = createServer((request, response) => {
      readBody(request).then(
        (body) => {
          const { method = '', url: path = '', headers } = request;
          const got = { method, path, headers, body };
          received.push(got);
          reply(response, answer(got));
        },
        () => request.destroy(),
      );
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    return new ScriptedEndpoint(`http://127.0.0.1:${port}`, received, () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    });
  }

  stop(): Promise<void> {
    return this.#stop();
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts).toString();
}

function reply(response: ServerResponse, answer: ScriptedAnswer | undefined): void {
  if (answer === undefined) {
    response.destroy();
    return;
  }
  response.writeHead(answer.status ?? 200, { 'content-type': 'application/json', ...answer.headers });
  response.end(typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body ?? {}));
}
