import { asAccount, asObject, asRegion, type JsonObject, pick, rawText } from './json.ts';

/** An event, opened as far as all kinds have it in common. */
export interface EventRecord {
  /** `aws.eks`, `aws.iam`. */
  readonly source: string;
  /** `eventName` of a CloudTrail record; the detail type of every other event. */
  readonly name: string;
  readonly envelope: JsonObject;
  readonly detail: JsonObject;
  /** `requestParameters`; empty when null, absent or unreadable. */
  readonly request: JsonObject;
  /** `responseElements`; empty when null, absent or unreadable. */
  readonly response: JsonObject;
  /** The account that the record belongs to. */
  readonly account?: string;
  readonly region?: string;
  /** ARNs that the event lists as its resources, in order. */
  readonly resourceArns: readonly string[];
}

/** Only so many resources are looked at. */
const MAX_RESOURCES = 20;

/** What an event was opened to, or which of its fields makes it none of EventBridge's. */
export type OpenedEvent =
  | { readonly kind: 'record'; readonly record: EventRecord }
  | { readonly kind: 'noEvent'; readonly why: string };

/** Opens an event. Never throws, whatever it is given. */
export function openEvent(event: unknown): OpenedEvent {
  const envelope = asObject(event);
  if (envelope === undefined) return noEvent('it must be a JSON object');
  const detail = asObject(pick(envelope, 'detail'));
  if (detail === undefined) return noEvent('detail must be an object');
  const source = rawText(pick(envelope, 'source'), 256) ?? sourceOf(detail);
  const name =
    rawText(pick(detail, 'eventName'), 256) ?? rawText(pick(envelope, 'detail-type', 'detailType'), 256);
  if (source === undefined) return noEvent('source must be a text');
  if (name === undefined) return noEvent('detail.eventName or detail-type must be a text');
  const region = asRegion(pick(detail, 'awsRegion')) ?? asRegion(pick(envelope, 'region'));
  // A copy in another account bears that account as the recipient (facts §5).
  const account = asAccount(pick(detail, 'recipientAccountId')) ?? asAccount(pick(envelope, 'account'));
  const record = {
    source,
    name,
    envelope,
    detail,
    request: asObject(pick(detail, 'requestParameters')) ?? {},
    response: asObject(pick(detail, 'responseElements')) ?? {},
    ...(account === undefined ? {} : { account }),
    ...(region === undefined ? {} : { region }),
    resourceArns: [...arnsOf(pick(envelope, 'resources')), ...arnsOf(pick(detail, 'resources'))],
  };
  return { kind: 'record', record };
}

function noEvent(why: string): OpenedEvent {
  return { kind: 'noEvent', why };
}

/** `eks.amazonaws.com` is the source `aws.eks` (facts §6.1). */
function sourceOf(detail: JsonObject): string | undefined {
  const service = rawText(pick(detail, 'eventSource'), 256)?.split('.')[0];
  return service ? `aws.${service}` : undefined;
}

/** EventBridge lists ARNs as texts, CloudTrail as `{ARN, type, accountId}`. */
function arnsOf(resources: unknown): readonly string[] {
  if (!Array.isArray(resources)) return [];
  return resources.slice(0, MAX_RESOURCES).flatMap((resource: unknown) => {
    const arn = rawText(typeof resource === 'string' ? resource : pick(asObject(resource), 'ARN', 'arn'));
    return arn === undefined ? [] : [arn];
  });
}
