import type { WireRequest } from './wire/protocol.ts';

/** What a SigV4 signature says about a request; the signature itself is not checked. */
export interface Signature {
  readonly accessKeyId: string;
  readonly region: string;
  /** The signing name of the service: `eks`, `iam`, `sts`. */
  readonly service: string;
  /** Of temporary credentials. */
  readonly sessionToken?: string | undefined;
}

/** A request's signature, if it has one that can be read. */
export type SignatureReading =
  | { readonly kind: 'signed'; readonly signature: Signature }
  | { readonly kind: 'unsigned' }
  | { readonly kind: 'unreadable'; readonly problem: string };

/** Reads the signature from the Authorization header, or from the query of a presigned request. */
export function readSignature(request: WireRequest): SignatureReading {
  const header = request.headers['authorization'];
  if (typeof header === 'string') {
    const credential = /^AWS4-HMAC-SHA256\s.*?Credential=([^,\s]+)/.exec(header)?.[1];
    if (credential === undefined)
      return unreadable('Authorization header requires a Credential of AWS4-HMAC-SHA256.');
    return readCredential(credential, textOf(request.headers['x-amz-security-token']));
  }
  const presigned = request.query.get('X-Amz-Credential');
  if (presigned === null) return { kind: 'unsigned' };
  return readCredential(presigned, request.query.get('X-Amz-Security-Token') ?? undefined);
}

/** `AKIA…/20261120/eu-west-1/eks/aws4_request` */
function readCredential(credential: string, sessionToken: string | undefined): SignatureReading {
  const [accessKeyId, date, region, service, terminator, ...rest] = credential.split('/');
  if (!accessKeyId || !date || !region || !service || terminator !== 'aws4_request' || rest.length > 0) {
    return unreadable(
      `Credential should be scoped to date, region, service and aws4_request, not '${credential}'.`,
    );
  }
  return { kind: 'signed', signature: { accessKeyId, region, service, sessionToken } };
}

function textOf(header: string | string[] | undefined): string | undefined {
  return typeof header === 'string' ? header : undefined;
}

function unreadable(problem: string): SignatureReading {
  return { kind: 'unreadable', problem };
}
