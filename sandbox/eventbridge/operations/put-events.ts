import {
  PutEvents$,
  type PutEventsRequest,
  type PutEventsRequestEntry,
  type PutEventsResponse,
  type PutEventsResultEntry,
} from '@aws-sdk/client-eventbridge';
import { AwsError } from '../../aws-error.ts';
import { type CloudCall, cloudOperation, type Need } from '../../cloud/cloud-operation.ts';
import { isoSeconds } from '../../cloudtrail/user-identity.ts';
import { newGuid } from '../../random.ts';
import { isObject } from '../../wire/json-shape.ts';

/** One entry, and all entries of a call together (facts §6.2). */
const LARGEST_BYTES = 1_048_576;

/**
 * PutEvents. Each entry is taken or refused by itself. An entry for a bus that does not exist is taken and goes
 * nowhere, as at AWS.
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html
 */
export const putEvents = cloudOperation<PutEventsRequest, PutEventsResponse>({
  schema: PutEvents$,
  needs(call, input) {
    const arns = (input.Entries ?? []).map((entry) => busArn(call, entry));
    return [...new Set(arns)].map((arn) => busNeed(call, arn, input.Entries ?? []));
  },
  run(call, input) {
    const entries = input.Entries ?? [];
    checkEntries(input);
    const results = entries.map((entry) => putOne(call, entry));
    return {
      FailedEntryCount: results.filter((result) => result.ErrorCode !== undefined).length,
      Entries: results,
    };
  },
});

function busNeed(call: CloudCall, arn: string, entries: readonly PutEventsRequestEntry[]): Need {
  const mine = entries.filter((entry) => busArn(call, entry) === arn);
  const sources = mine.flatMap(({ Source }) => (Source === undefined ? [] : [Source]));
  const types = mine.flatMap(({ DetailType }) => (DetailType === undefined ? [] : [DetailType]));
  return {
    action: 'events:PutEvents',
    resource: arn,
    account: arn.split(':')[4] ?? call.account,
    region: arn.split(':')[3] ?? call.region,
    resourcePolicy: call.cloud.buses.get(arn)?.policy,
    context: { 'events:source': sources, 'events:detail-type': types },
  };
}

function checkEntries({ Entries = [], EndpointId }: PutEventsRequest): void {
  if (EndpointId !== undefined) {
    throw new AwsError(
      'ValidationException',
      400,
      'The sandbox does not implement global endpoints (EndpointId).',
    );
  }
  if (Entries.length < 1 || Entries.length > 10) {
    throw new AwsError(
      'ValidationException',
      400,
      `1 validation error detected: Value '[PutEventsRequestEntry]' at 'entries' failed to satisfy constraint: Member must have length ${
        Entries.length < 1 ? 'greater than or equal to 1' : 'less than or equal to 10'
      }`,
    );
  }
  const total = Entries.reduce((sum, entry) => sum + sizeOf(entry), 0);
  if (total >= LARGEST_BYTES) {
    throw new AwsError(
      'ValidationException',
      400,
      'Total size of the entries in the request is over the limit.',
    );
  }
}

function putOne(call: CloudCall, entry: PutEventsRequestEntry): PutEventsResultEntry {
  const detail = objectOf(entry.Detail ?? '');
  const refusal = refusalOf(entry, detail);
  if (refusal) return refusal;
  const id = newGuid(call.cloud.random);
  const bus = call.cloud.buses.get(busArn(call, entry));
  if (!bus) {
    call.cloud.journal.note(
      'dropped',
      busArn(call, entry),
      `event ${id} was put on a bus that does not exist`,
    );
    return { EventId: id };
  }
  bus.publish({
    version: '0',
    id,
    'detail-type': entry.DetailType ?? '',
    source: entry.Source ?? '',
    account: call.account,
    time: isoSeconds(entry.Time?.getTime() ?? call.now),
    region: bus.place.region,
    resources: entry.Resources ?? [],
    detail: detail ?? {},
  });
  return { EventId: id };
}

function refusalOf(
  entry: PutEventsRequestEntry,
  detail: Record<string, unknown> | undefined,
): PutEventsResultEntry | undefined {
  for (const name of ['Source', 'DetailType', 'Detail'] as const) {
    if (!entry[name]) {
      return {
        ErrorCode: 'InvalidArgument',
        ErrorMessage: `Parameter ${name} is not valid. Reason: ${name} is a required argument.`,
      };
    }
  }
  if (entry.Source?.startsWith('aws.')) {
    return { ErrorCode: 'NotAuthorizedForSourceException', ErrorMessage: 'Not authorized for the source.' };
  }
  return detail ? undefined : { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' };
}

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html#eb-putevent-size */
function sizeOf(entry: PutEventsRequestEntry): number {
  const texts = [entry.Source, entry.DetailType, entry.Detail, ...(entry.Resources ?? [])];
  return texts.reduce((sum, text) => sum + Buffer.byteLength(text ?? ''), entry.Time ? 14 : 0);
}

/** A bus is named by its name, `default` when left out, or by its ARN. */
function busArn(call: CloudCall, { EventBusName = 'default' }: PutEventsRequestEntry): string {
  if (EventBusName.startsWith('arn:')) return EventBusName;
  return `arn:${call.partition}:events:${call.region}:${call.account}:event-bus/${EventBusName}`;
}

function objectOf(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
