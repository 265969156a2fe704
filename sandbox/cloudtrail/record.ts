import type { AwsError } from '../aws-error.ts';
import type { AnyOperation, Call } from '../operation.ts';
import { globalRegionOf } from '../partition.ts';
import { newGuid, type RandomSource } from '../random.ts';
import type { Protocol, WireRequest } from '../wire/protocol.ts';
import { shapeOf } from '../wire/schema.ts';
import type { TrailEvent, TrailRecord } from './trail.ts';
import { isoSeconds, userIdentity } from './user-identity.ts';

/** How a call ended. */
export type Outcome =
  | { readonly kind: 'answered'; readonly output: unknown }
  | { readonly kind: 'refused'; readonly error: AwsError };

/** A call that was carried out or refused, with all that its record tells. */
export interface FinishedCall {
  readonly call: Call;
  readonly service: string;
  readonly operation: AnyOperation;
  readonly protocol: Protocol;
  readonly request: WireRequest;
  /** Absent when the call was refused before its input was read. */
  readonly input?: unknown;
  readonly outcome: Outcome;
  /** Where the ids of the event come from. */
  readonly random: RandomSource;
}

type Elements = Readonly<Record<string, unknown>> | null;

/** The event that EventBridge delivers for a call (facts §5 and §6.1). */
export function trailEvent(finished: FinishedCall): TrailEvent {
  const { call, service } = finished;
  const time = isoSeconds(call.now);
  const region = service === 'iam' ? globalRegionOf(call.partition) : call.region;
  const detail = recordOf(finished, time, region);
  return {
    version: '0',
    id: newGuid(finished.random),
    'detail-type': 'AWS API Call via CloudTrail',
    source: `aws.${service}`,
    account: call.account,
    time,
    region,
    resources: [],
    detail,
  };
}

function recordOf(finished: FinishedCall, eventTime: string, awsRegion: string): TrailRecord {
  const { call, service, operation, request } = finished;
  return {
    eventVersion: '1.11',
    userIdentity: userIdentity(call.caller),
    eventTime,
    eventSource: `${service}.amazonaws.com`,
    eventName: shapeOf(operation.schema).name,
    awsRegion,
    sourceIPAddress: request.remoteAddress,
    userAgent: headerText(request, 'user-agent'),
    ...errorOf(finished),
    requestParameters: requestParameters(finished),
    responseElements: responseElements(finished),
    requestID: call.requestId,
    eventID: newGuid(finished.random),
    readOnly: !operation.mutating,
    eventType: 'AwsApiCall',
    managementEvent: true,
    recipientAccountId: call.account,
    eventCategory: 'Management',
    tlsDetails: {
      tlsVersion: 'TLSv1.3',
      cipherSuite: 'TLS_AES_128_GCM_SHA256',
      clientProvidedHostHeader: hostOf(service, awsRegion),
    },
  };
}

/**
 * EKS: no `errorMessage`, the text is in `responseElements.message`. Seen for access denied (facts §5); inferred for
 * every other failure, which takes the same way. IAM: `errorMessage`.
 */
function errorOf({ service, outcome }: FinishedCall): { errorCode?: string; errorMessage?: string } {
  if (outcome.kind === 'answered') return {};
  const errorCode = recordedCode(outcome.error.code);
  return service === 'eks' ? { errorCode } : { errorCode, errorMessage: outcome.error.message };
}

/** Denials are `AccessDenied` everywhere; IAM logs its not-found under the name of the exception (facts §5). */
function recordedCode(code: string): string {
  if (code === 'AccessDeniedException') return 'AccessDenied';
  return code === 'NoSuchEntity' ? 'NoSuchEntityException' : code;
}

function requestParameters({ service, operation, protocol, input, outcome }: FinishedCall): Elements {
  if (input === undefined) return null;
  // IAM's denials log no parameters, EKS's do (facts §5).
  if (service !== 'eks' && outcome.kind === 'refused' && outcome.error.code === 'AccessDenied') return null;
  return operation.trail?.requestParameters
    ? operation.trail.requestParameters(input)
    : protocol.recordInput(operation, input);
}

function responseElements({ service, operation, protocol, outcome }: FinishedCall): Elements {
  if (outcome.kind === 'refused') {
    return service === 'eks' ? { ...outcome.error.members, message: outcome.error.message } : null;
  }
  return operation.trail?.responseElements
    ? operation.trail.responseElements(outcome.output)
    : protocol.recordOutput(operation, outcome.output);
}

function hostOf(service: string, region: string): string {
  return service === 'iam' ? 'iam.amazonaws.com' : `${service}.${region}.amazonaws.com`;
}

function headerText(request: WireRequest, name: string): string {
  const value = request.headers[name];
  return typeof value === 'string' ? value : '';
}
