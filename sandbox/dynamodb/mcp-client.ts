import { isObject } from '../wire/json-shape.ts';
import type { EngineAddress } from './dynoxide-process.ts';

/**
 * Calls one of the tools that dynoxide offers beside DynamoDB's own operations, over its MCP endpoint, which keeps no
 * session. Throws when dynoxide says that it failed.
 */
export async function callTool(
  address: EngineAddress,
  name: string,
  input: Readonly<Record<string, unknown>>,
): Promise<void> {
  const answer = await fetch(address.mcpUrl, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      authorization: `Bearer ${address.mcpToken}`,
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: input } }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`dynoxide's MCP endpoint answered ${answer.status}: ${text}`);
  const body: unknown = JSON.parse(text);
  const result = isObject(body) ? body['result'] : undefined;
  if (!isObject(result) || result['isError'] !== false)
    throw new Error(`dynoxide could not ${name}: ${text}`);
}
