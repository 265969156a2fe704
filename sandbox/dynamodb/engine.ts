import type { Journal } from '../cloud/journal.ts';
import { DynoxideProcess, type EngineAddress } from './dynoxide-process.ts';
import type { DynamoEngine } from './find-dynoxide.ts';
import { callTool } from './mcp-client.ts';

/** An answer of the engine, as it came. */
export interface EngineAnswer {
  readonly status: number;
  readonly body: string;
}

export interface EnginePlace {
  readonly account: string;
  readonly region: string;
}

/** Talks to the DynamoDB of one account and region: a dynoxide of its own, or a part of somebody's DynamoDB Local. */
export class Engine {
  readonly kind: DynamoEngine['kind'];
  private readonly place: EnginePlace;
  private readonly process: DynoxideProcess | undefined;
  private readonly url: string | undefined;

  constructor(engine: DynamoEngine, place: EnginePlace, journal: Journal) {
    this.kind = engine.kind;
    this.place = place;
    if (engine.kind === 'endpoint') {
      this.url = engine.url;
    } else {
      this.process = new DynoxideProcess(engine.path, () =>
        journal.note(
          'repaired',
          `dynamodb ${place.account} ${place.region}`,
          'dynoxide died and is started again',
        ),
      );
    }
  }

  /** Calls an operation. `target` is `DynamoDB_20120810.GetItem`. Rejects when the engine cannot be reached. */
  async call(target: string, body: string): Promise<EngineAnswer> {
    const url = this.url ?? (await this.address()).url;
    const answer = await fetch(url, { method: 'POST', headers: this.headers(target), body });
    return { status: answer.status, body: await answer.text() };
  }

  /** Calls one of dynoxide's own tools. Rejects for another engine, which has none. */
  async tool(name: string, input: Readonly<Record<string, unknown>>): Promise<void> {
    await callTool(await this.address(), name, input);
  }

  async stop(): Promise<void> {
    await this.process?.stop();
  }

  private async address(): Promise<EngineAddress> {
    if (!this.process) {
      throw new Error(`${this.url}: only dynoxide has streams and snapshots; set DYNOXIDE_BIN to use it`);
    }
    return this.process.address();
  }

  /** Not checked by dynoxide; DynamoDB Local keeps accounts and regions apart by them. */
  private headers(target: string): Record<string, string> {
    const scope = `${this.place.account}/20260101/${this.place.region}/dynamodb/aws4_request`;
    return {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': target,
      'x-amz-date': '20260101T000000Z',
      authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host;x-amz-date, Signature=0`,
    };
  }
}
