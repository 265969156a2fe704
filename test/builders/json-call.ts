import { ACCOUNT, REGION } from './a-cloud.ts';

/** An answer of a service that speaks AWS JSON. */
export interface JsonAnswer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Calls a service of which no SDK client is installed. */
export async function jsonCall(
  url: string,
  service: string,
  target: string,
  input: unknown,
): Promise<JsonAnswer> {
  const scope = `${ACCOUNT}/20261120/${REGION}/${service}/aws4_request`;
  const answer = await fetch(url, {
    method: 'POST',
    headers: {
      authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0`,
      'x-amz-target': target,
      'content-type': 'application/x-amz-json-1.1',
    },
    body: typeof input === 'string' ? input : JSON.stringify(input),
  });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}
