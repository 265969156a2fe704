import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as z from 'zod';

export interface AwsStandIn {
  readonly url: string;
  /** Calls that it did not know and refused. */
  readonly refused: readonly string[];
  close(): Promise<void>;
}

const BOOTSTRAP = '/sst/bootstrap';
/** Above every bootstrap version, so that the CLI has nothing to upgrade. */
const BOOTSTRAP_VERSION = 999;
const GetParameter = z.object({ Name: z.string() });

/**
 * Answers the one thing that SST's CLI asks of AWS before it runs the program: the parameter that says where a region's assets
 * go (`ssm:GetParameter /sst/bootstrap`, once for each region). Refuses and notes everything else.
 */
export async function startAwsStandIn(account: string): Promise<AwsStandIn> {
  const refused: string[] = [];
  const server = createServer((request, response) => {
    void readBody(request).then((body) => {
      const target = String(request.headers['x-amz-target'] ?? '');
      const answer =
        target === 'AmazonSSM.GetParameter' ? bootstrap(body, regionOf(request), account) : undefined;
      if (answer === undefined) refused.push(`${request.method} ${request.url} ${target}`.trim());
      response.writeHead(answer === undefined ? 400 : 200, { 'content-type': 'application/x-amz-json-1.1' });
      response.end(JSON.stringify(answer ?? { __type: 'UnexpectedOfflineCall', message: target }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    refused,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function bootstrap(body: string, region: string, account: string): object | undefined {
  const asked = GetParameter.safeParse(parseJson(body));
  if (!asked.success || asked.data.Name !== BOOTSTRAP) return undefined;
  const value = {
    version: BOOTSTRAP_VERSION,
    asset: `sst-asset-${region}`,
    state: `sst-state-${region}`,
    assetEcrRegistryId: account,
    assetEcrUrl: `${account}.dkr.ecr.${region}.amazonaws.com/sst-asset`,
  };
  return { Parameter: { Name: BOOTSTRAP, Type: 'String', Version: 1, Value: JSON.stringify(value) } };
}

/** The region that a request is signed for. */
function regionOf(request: IncomingMessage): string {
  return /Credential=[^/]+\/\d+\/([^/]+)\//.exec(request.headers.authorization ?? '')?.[1] ?? 'us-east-1';
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
