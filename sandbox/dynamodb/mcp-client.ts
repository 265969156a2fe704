import { isObject } from '../wire/json-shape.ts';
import type { EngineAddress } from './dynoxide-process.ts';

/** What dynoxide offers beside DynamoDB's own operations, over its MCP endpoint. */
export class McpClient {
  private readonly address: EngineAddress;
  private session: Promise<string> | undefined;
  private lastId = 0;

  constructor(address: EngineAddress) {
    this.address = address;
  }

  /** Calls a tool. Throws when dynoxide says that it failed. */
  async call(tool: string, input: Readonly<Record<string, unknown>>): Promise<void> {
    this.session ??= this.open();
    const session = await this.session;
    const { body } = await this.post('tools/call', { name: tool, arguments: input }, session);
    const result = isObject(body) ? body['result'] : undefined;
    if (!isObject(result) || result['isError'] !== false) {
      throw new Error(`dynoxide could not ${tool}: ${JSON.stringify(body)}`);
    }
  }

  private async open(): Promise<string> {
    const { session } = await this.post('initialize', {
      protocolVersion: '2025-03-26',
      capabilities: {},
      clientInfo: { name: 'sandbox', version: '1' },
    });
    if (session === null) throw new Error('dynoxide opened no MCP session');
    await this.post('notifications/initialized', {}, session);
    return session;
  }

  private async post(method: string, params: unknown, session?: string) {
    const id = method.startsWith('notifications/') ? {} : { id: ++this.lastId };
    const answer = await fetch(this.address.mcpUrl, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        authorization: `Bearer ${this.address.mcpToken}`,
        ...(session === undefined ? {} : { 'mcp-session-id': session }),
      },
      body: JSON.stringify({ jsonrpc: '2.0', ...id, method, params }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`dynoxide's MCP endpoint answered ${answer.status}: ${text}`);
    return { session: answer.headers.get('mcp-session-id'), body: jsonIn(text) };
  }
}

/** The answer may come as JSON or as one server-sent event. */
function jsonIn(text: string): unknown {
  if (text === '') return undefined;
  const data = text.startsWith('{') ? text : (/^data: (.+)$/m.exec(text)?.[1] ?? 'null');
  return JSON.parse(data);
}
