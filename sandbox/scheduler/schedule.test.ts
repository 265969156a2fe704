import { describe, expect, it } from 'vitest';
import { aCloud, arn, refusing } from '#test/builders/a-cloud.ts';
import { NOON } from '#test/builders/sandbox-call.ts';
import type { ScheduleDefinition } from './schedule.ts';

const JOBS = arn('sqs', 'jobs');
const ROLE = 'arn:aws:iam::111122223333:role/scheduler';

function aSchedule(
  definition: Partial<ScheduleDefinition>,
  target: Partial<ScheduleDefinition['target']> = {},
): ScheduleDefinition {
  return {
    arn: arn('scheduler', 'schedule/default/sweep'),
    expression: 'rate(1 hour)',
    target: { arn: JOBS, roleArn: ROLE, ...target },
    ...definition,
  };
}

describe('a schedule at work', () => {
  it('calls its target at each of its times, with what it was told', async () => {
    const cloud = aCloud();
    const jobs = cloud.addQueue({ arn: JOBS });
    cloud.addSchedule(aSchedule({}, { input: '{"at":"<aws.scheduler.scheduled-time>"}' }));
    await cloud.advance(3 * 3_600_000);
    expect(jobs.peek().map(({ body }) => body)).toEqual([
      '{"at":"2026-11-20T11:00:00Z"}',
      '{"at":"2026-11-20T12:00:00Z"}',
      '{"at":"2026-11-20T13:00:00Z"}',
    ]);
  });

  it.each<[string, Partial<ScheduleDefinition>, number]>([
    ['disabled', { state: 'DISABLED' }, 0],
    ['past its end', { end: NOON + 2 * 3_600_000 }, 2],
    ['begun later', { start: NOON + 90 * 60_000, expression: 'cron(0 * * * ? *)' }, 3],
    ['for one time only', { expression: 'at(2026-11-20T10:30:00)' }, 1],
    ['flexible', { flexibleMinutes: 15 }, 4],
  ])('is quiet when it is %s', async (_, definition, expected) => {
    const cloud = aCloud();
    const jobs = cloud.addQueue({ arn: JOBS });
    cloud.addSchedule(aSchedule(definition));
    await cloud.advance(4 * 3_600_000 + 20 * 60_000);
    expect(jobs.peek()).toHaveLength(expected);
  });

  it('asks the front door in the name of its role, and keeps what was refused in its dead-letter queue', async () => {
    const door = refusing('sqs:SendMessage');
    const asked = door.asked;
    const dead = arn('sqs', 'dead');
    const cloud = aCloud({
      authorize: (question) => (question.resource === dead ? { kind: 'allowed' } : door.authorize(question)),
    });
    cloud.addQueue({ arn: JOBS });
    const letters = cloud.addQueue({ arn: dead });
    const schedule = cloud.addSchedule(aSchedule({}, { deadLetterArn: dead, input: '{}' }));
    await schedule.fire();
    await cloud.quiet();
    expect(asked).toMatchObject([
      { principal: { kind: 'role', roleArn: ROLE, service: 'scheduler.amazonaws.com' }, resource: JOBS },
    ]);
    expect(letters.peek()[0]?.attributes['ERROR_CODE']).toEqual({
      dataType: 'String',
      stringValue: 'NO_PERMISSIONS',
    });
  });
});
