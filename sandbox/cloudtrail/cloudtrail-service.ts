import * as z from 'zod';
import { AwsError } from '../aws-error.ts';
import { plainJsonService, plainOperation } from '../cloud/plain-json-service.ts';
import type { TrailEvent } from './trail.ts';

/** https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupAttribute.html */
const ATTRIBUTES: Readonly<Record<string, (event: TrailEvent) => string | undefined>> = {
  EventId: ({ detail }) => detail.eventID,
  EventName: ({ detail }) => detail.eventName,
  EventSource: ({ detail }) => detail.eventSource,
  ReadOnly: ({ detail }) => String(detail.readOnly),
  Username: ({ detail }) => userNameOf(detail.userIdentity),
};

/**
 * https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html: the newest first, of the region that
 * is asked. What cannot be looked up by here (ResourceName, ResourceType, AccessKeyId) is refused.
 */
const lookupEvents = plainOperation({
  input: z.object({
    LookupAttributes: z
      .array(z.object({ AttributeKey: z.enum(Object.keys(ATTRIBUTES)), AttributeValue: z.string() }))
      .max(1)
      .default([]),
    // The protocol has epoch seconds.
    StartTime: z.number().default(0),
    EndTime: z.number().default(Number.MAX_SAFE_INTEGER),
    MaxResults: z.int().min(1).max(50).default(50),
    NextToken: z.string().optional(),
  }),
  needs: () => [{ action: 'cloudtrail:LookupEvents', resource: '*' }],
  run({ account, region, world }, { LookupAttributes, StartTime, EndTime, MaxResults, NextToken }) {
    const before = NextToken === undefined ? Number.POSITIVE_INFINITY : sequenceOf(NextToken);
    const found = world.trail
      .events({ account })
      .filter(({ sequence, event }) => {
        const seconds = Date.parse(event.time) / 1000;
        return (
          sequence < before &&
          event.region === region &&
          seconds >= StartTime &&
          seconds <= EndTime &&
          LookupAttributes.every(
            ({ AttributeKey, AttributeValue }) => ATTRIBUTES[AttributeKey]?.(event) === AttributeValue,
          )
        );
      })
      .reverse();
    const page = found.slice(0, MaxResults);
    const last = page.at(-1);
    return {
      Events: page.map(({ event }) => eventOf(event)),
      ...(last !== undefined && found.length > MaxResults ? { NextToken: String(last.sequence) } : {}),
    };
  },
});

/** CloudTrail's event history of the control plane. */
export const cloudTrailService = plainJsonService({
  name: 'cloudtrail',
  target: 'com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101',
  invalidCode: 'InvalidParameterCombinationException',
  operations: { LookupEvents: lookupEvents },
});

function eventOf({ detail, time }: TrailEvent): Readonly<Record<string, unknown>> {
  return {
    EventId: detail.eventID,
    EventName: detail.eventName,
    EventSource: detail.eventSource,
    EventTime: Date.parse(time) / 1000,
    ReadOnly: String(detail.readOnly),
    Username: userNameOf(detail.userIdentity),
    Resources: [],
    CloudTrailEvent: JSON.stringify(detail),
  };
}

/** A user's name; of a role's session the name of the session. */
function userNameOf({ userName, arn }: Readonly<Record<string, unknown>>): string | undefined {
  if (typeof userName === 'string') return userName;
  return typeof arn === 'string' ? arn.split('/').at(-1) : undefined;
}

function sequenceOf(token: string): number {
  if (!/^\d+$/.test(token)) throw new AwsError('InvalidNextTokenException', 400, 'Invalid NextToken.');
  return Number(token);
}
