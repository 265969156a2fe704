import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aCloud, arn } from '#test/builders/a-cloud.ts';
import { NOON, refusal } from '#test/builders/sandbox-call.ts';
import type { NewMessage } from './message.ts';
import type { Queue, QueueDefinition } from './queue.ts';

const JOBS = arn('sqs', 'jobs');
const FIFO = arn('sqs', 'jobs.fifo');
const sender = 'AIDAEXAMPLE';

function standard(definition: Partial<QueueDefinition> = {}) {
  const cloud = aCloud();
  return { cloud, clock: cloud.clock, queue: cloud.addQueue({ arn: JOBS, ...definition }) };
}

function fifo(definition: Partial<QueueDefinition> = {}) {
  const cloud = aCloud();
  const queue = cloud.addQueue({ arn: FIFO, fifo: true, contentBasedDeduplication: true, ...definition });
  return { cloud, clock: cloud.clock, queue };
}

function send(queue: Queue, body: string, more: Partial<NewMessage> = {}) {
  return queue.send({ body, senderId: sender, ...more });
}

function bodies(queue: Queue, max = 10): string[] {
  return queue.receive({ max }).map(({ message }) => message.body);
}

describe('a standard queue', () => {
  it('hides a received message until its visibility time-out is over', () => {
    const { clock, queue } = standard({ visibilityTimeoutSeconds: 30 });
    send(queue, 'a');
    expect(bodies(queue)).toEqual(['a']);
    clock.advance(29_999);
    expect(bodies(queue)).toEqual([]);
    clock.advance(1);
    const [again] = queue.receive();
    expect(again?.message).toMatchObject({ body: 'a', receiveCount: 2, firstReceivedAt: NOON });
  });

  it('hides it for as long as ChangeMessageVisibility says from then on', () => {
    const { clock, queue } = standard();
    send(queue, 'a');
    const handle = queue.receive()[0]?.receiptHandle ?? '';
    queue.changeVisibility(handle, 600);
    clock.advance(599_999);
    expect(bodies(queue)).toEqual([]);
    queue.changeVisibility(handle, 0);
    expect(bodies(queue)).toEqual(['a']);
  });

  it.each([
    { when: 'the message says', queueDelay: 60, delaySeconds: 5, comesAfter: 5 },
    { when: 'the queue says', queueDelay: 60, delaySeconds: undefined, comesAfter: 60 },
    { when: 'the message says at once', queueDelay: 60, delaySeconds: 0, comesAfter: 0 },
  ])('delivers with the delay that $when', ({ queueDelay, delaySeconds, comesAfter }) => {
    const { clock, queue } = standard({ delaySeconds: queueDelay });
    send(queue, 'a', { delaySeconds });
    expect(queue.counts()).toMatchObject(
      comesAfter === 0 ? { visible: 1, delayed: 0 } : { visible: 0, delayed: 1 },
    );
    clock.advance(Math.max(0, comesAfter * 1000 - 1));
    expect(queue.hasVisible()).toBe(comesAfter === 0);
    clock.advance(1);
    expect(bodies(queue)).toEqual(['a']);
  });

  it('deletes with the newest handle, also when the message is visible again, and does nothing with an older one', () => {
    const { clock, queue } = standard();
    send(queue, 'a');
    const old = queue.receive()[0]?.receiptHandle ?? '';
    clock.advance(30_000);
    const newest = queue.receive()[0]?.receiptHandle ?? '';
    queue.delete(old);
    expect(queue.counts().inFlight).toBe(1);
    clock.advance(30_000);
    queue.delete(newest);
    queue.delete(newest);
    expect(queue.counts()).toEqual({ visible: 0, inFlight: 0, delayed: 0, ageOfOldestSeconds: 0 });
  });

  it('counts what is there and tells the age of the oldest', () => {
    const { clock, queue } = standard();
    send(queue, 'a');
    clock.advance(10_000);
    send(queue, 'b');
    send(queue, 'c', { delaySeconds: 900 });
    queue.receive();
    expect(queue.counts()).toEqual({ visible: 1, inFlight: 1, delayed: 1, ageOfOldestSeconds: 10 });
  });

  it('forgets messages after the retention period', () => {
    const { clock, queue } = standard({ retentionSeconds: 60 });
    send(queue, 'a');
    clock.advance(30_000);
    send(queue, 'b');
    clock.advance(30_000);
    expect(bodies(queue)).toEqual(['b']);
  });

  it('purges', () => {
    const { queue } = standard();
    send(queue, 'a');
    send(queue, 'b');
    queue.receive();
    queue.purge();
    expect(queue.peek()).toEqual([]);
    expect(queue.counts().inFlight).toBe(0);
  });

  it.each<[string, Partial<NewMessage>, string]>([
    ['an empty body', { body: '' }, 'MissingParameter'],
    ['more than a mebibyte', { body: 'x'.repeat(1_048_577) }, 'InvalidParameterValue'],
    ['a control character', { body: 'a\u0000' }, 'InvalidMessageContents'],
    ['a lone surrogate', { body: '\ud800' }, 'InvalidMessageContents'],
    ['a delay over a quarter of an hour', { delaySeconds: 901 }, 'InvalidParameterValue'],
    ['a deduplication id', { deduplicationId: 'd' }, 'InvalidParameterValue'],
    [
      'an attribute of no known type',
      { attributes: { a: { dataType: 'Text', stringValue: 'x' } } },
      'InvalidParameterValue',
    ],
    [
      'an empty attribute',
      { attributes: { a: { dataType: 'String', stringValue: '' } } },
      'InvalidParameterValue',
    ],
  ])('refuses %s', (_, message, code) => {
    const { queue } = standard();
    expect(refusal(() => send(queue, 'a', message)).code).toBe(code);
  });

  it('takes a message of exactly a mebibyte, attributes included', () => {
    const { queue } = standard();
    const attributes = { name: { dataType: 'String', stringValue: 'value' } };
    const body = 'x'.repeat(1_048_576 - 'name'.length - 'String'.length - 'value'.length);
    expect(send(queue, body, { attributes }).body).toHaveLength(body.length);
    expect(refusal(() => send(queue, `${body}x`, { attributes })).code).toBe('InvalidParameterValue');
  });

  it.each([
    ['no handle', 'nonsense', 'ReceiptHandleIsInvalid'],
    ["another queue's", Buffer.from(`x ${FIFO} m 1`).toString('base64'), 'ReceiptHandleIsInvalid'],
    ['that of a message that is gone', Buffer.from(`x ${JOBS} m 1`).toString('base64'), 'MessageNotInflight'],
  ])('refuses to change visibility with a handle that is %s', (_, handle, code) => {
    const { queue } = standard();
    expect(refusal(() => queue.changeVisibility(handle, 5)).code).toBe(code);
  });

  it('hides a message for twelve hours in total and no longer', () => {
    const { clock, queue } = standard();
    send(queue, 'a');
    const handle = queue.receive()[0]?.receiptHandle ?? '';
    queue.changeVisibility(handle, 43_200);
    clock.advance(1000);
    expect(refusal(() => queue.changeVisibility(handle, 43_200)).code).toBe('InvalidParameterValue');
    queue.changeVisibility(handle, 43_199);
  });
});

describe('a dead-letter queue', () => {
  it('gets what was received too often, when it would be received once more', () => {
    const { cloud, clock, queue } = standard({
      visibilityTimeoutSeconds: 1,
      redrive: { deadLetterTargetArn: arn('sqs', 'dead'), maxReceiveCount: 2 },
    });
    const dead = cloud.addQueue({ arn: arn('sqs', 'dead') });
    const { id } = send(queue, 'poison');
    send(queue, 'fine');
    for (let i = 0; i < 2; i++) {
      for (const { message, receiptHandle } of queue.receive({ max: 10 })) {
        if (message.body === 'fine') queue.delete(receiptHandle);
      }
      clock.advance(1000);
    }
    expect(dead.peek()).toEqual([]);
    expect(bodies(queue)).toEqual([]);
    expect(queue.peek()).toEqual([]);
    expect(dead.receive()[0]?.message).toMatchObject({ id, body: 'poison', sourceArn: JOBS, sentAt: NOON });
  });

  it('keeps nothing back when it is not there', () => {
    const { clock, queue } = standard({
      visibilityTimeoutSeconds: 1,
      redrive: { deadLetterTargetArn: arn('sqs', 'gone'), maxReceiveCount: 1 },
    });
    send(queue, 'a');
    queue.receive();
    clock.advance(1000);
    expect(bodies(queue)).toEqual(['a']);
  });
});

describe('a FIFO queue', () => {
  it('holds a message group back while some of it is in flight, and no other group', () => {
    const { queue } = fifo();
    for (const body of ['a1', 'a2', 'b1']) send(queue, body, { groupId: body.charAt(0) });
    const [a1] = queue.receive({ max: 1 });
    expect(a1?.message.body).toBe('a1');
    expect(bodies(queue)).toEqual(['b1']);
    queue.delete(a1?.receiptHandle ?? '');
    expect(bodies(queue)).toEqual(['a2']);
  });

  it('hands out several of a group in one receive, in order, and blocks it until all are back', () => {
    const { clock, queue } = fifo({ visibilityTimeoutSeconds: 30 });
    for (const body of ['a1', 'a2', 'a3']) send(queue, body, { groupId: 'a' });
    const [a1, a2] = queue.receive({ max: 2 });
    queue.changeVisibility(a1?.receiptHandle ?? '', 0);
    expect(bodies(queue)).toEqual([]);
    queue.delete(a2?.receiptHandle ?? '');
    expect(bodies(queue)).toEqual(['a1', 'a3']);
    clock.advance(30_000);
    expect(bodies(queue)).toEqual(['a1', 'a3']);
  });

  it('takes a message with the same deduplication id once in five minutes, deleted or not', () => {
    const { clock, queue } = fifo();
    const first = send(queue, 'a', { groupId: 'g', deduplicationId: 'd' });
    queue.delete(queue.receive()[0]?.receiptHandle ?? '');
    clock.advance(299_999);
    expect(send(queue, 'b', { groupId: 'g', deduplicationId: 'd' }).id).toBe(first.id);
    expect(queue.peek()).toEqual([]);
    clock.advance(1);
    expect(send(queue, 'c', { groupId: 'g', deduplicationId: 'd' }).id).not.toBe(first.id);
    expect(bodies(queue)).toEqual(['c']);
  });

  it.each([
    { scope: 'queue' as const, kept: ['x'] },
    { scope: 'messageGroup' as const, kept: ['x', 'x'] },
  ])('deduplicates by content within the $scope', ({ scope, kept }) => {
    const { queue } = fifo({ deduplicationScope: scope });
    send(queue, 'x', { groupId: 'a' });
    send(queue, 'x', { groupId: 'b' });
    expect(bodies(queue)).toEqual(kept);
  });

  it("delays by the queue's own delay only, and in order", () => {
    const { clock, queue } = fifo({ delaySeconds: 10 });
    send(queue, 'a1', { groupId: 'a' });
    clock.advance(5_000);
    send(queue, 'a2', { groupId: 'a' });
    clock.advance(5_000);
    expect(bodies(queue)).toEqual(['a1']);
    expect(refusal(() => send(queue, 'a3', { groupId: 'a', delaySeconds: 1 })).code).toBe(
      'InvalidParameterValue',
    );
  });

  it.each<[string, Partial<NewMessage>, boolean, string]>([
    ['without a group', {}, true, 'MissingParameter'],
    ['without anything to deduplicate by', { groupId: 'g' }, false, 'InvalidParameterValue'],
    ['with a group id of spaces', { groupId: 'a b' }, true, 'InvalidParameterValue'],
  ])('refuses a message %s', (_, message, contentBasedDeduplication, code) => {
    const { queue } = fifo({ contentBasedDeduplication });
    expect(refusal(() => send(queue, 'a', message)).code).toBe(code);
  });

  it('refuses a handle whose visibility time-out is over', () => {
    const { clock, queue } = fifo({ visibilityTimeoutSeconds: 1 });
    send(queue, 'a', { groupId: 'g' });
    const handle = queue.receive()[0]?.receiptHandle ?? '';
    clock.advance(1000);
    expect(refusal(() => queue.delete(handle)).code).toBe('InvalidParameterValue');
  });

  it('lets the next of a group come when its first one is dead', () => {
    const { cloud, clock, queue } = fifo({
      visibilityTimeoutSeconds: 1,
      redrive: { deadLetterTargetArn: arn('sqs', 'dead.fifo'), maxReceiveCount: 1 },
    });
    const dead = cloud.addQueue({ arn: arn('sqs', 'dead.fifo'), fifo: true });
    send(queue, 'a1', { groupId: 'a' });
    send(queue, 'a2', { groupId: 'a' });
    queue.receive();
    clock.advance(1000);
    expect(bodies(queue)).toEqual(['a2']);
    expect(dead.receive()[0]?.message).toMatchObject({ body: 'a1', groupId: 'a', sourceArn: FIFO });
  });

  it('keeps the order of every group and loses nothing, whatever receivers do', () => {
    const step = fc.record({
      group: fc.constantFrom('a', 'b', 'c'),
      max: fc.integer({ min: 1, max: 4 }),
      act: fc.constantFrom('send', 'send', 'receive', 'delete', 'wait'),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const { clock, queue } = fifo({ visibilityTimeoutSeconds: 10 });
        let sent = 0;
        let held: { handle: string; body: string; group: string }[] = [];
        const done = new Map<string, number[]>();
        const settle = (one: { handle: string; body: string; group: string }) => {
          queue.delete(one.handle);
          done.set(one.group, [...(done.get(one.group) ?? []), Number(one.body)]);
        };
        const receive = (max: number) => {
          const got = queue.receive({ max }).map(({ message, receiptHandle }) => {
            return { handle: receiptHandle, body: message.body, group: message.groupId ?? '' };
          });
          held.push(...got);
        };
        for (const { group, max, act } of steps) {
          if (act === 'send') send(queue, String(++sent), { groupId: group });
          if (act === 'receive') receive(max);
          if (act === 'delete') for (const one of held.splice(0, max)) settle(one);
          if (act === 'wait') {
            clock.advance(10_000);
            held = [];
          }
        }
        clock.advance(10_000);
        held = [];
        while (queue.hasVisible()) {
          receive(10);
          for (const one of held.splice(0)) settle(one);
        }
        const all = [...done.values()];
        expect(all.flat()).toHaveLength(sent);
        for (const numbers of all) expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
      }),
      { numRuns: 60 },
    );
  });
});

it('has the name that its kind wants', () => {
  const cloud = aCloud();
  expect(() => cloud.addQueue({ arn: FIFO })).toThrow('.fifo');
  expect(() => cloud.addQueue({ arn: JOBS, fifo: true })).toThrow('.fifo');
});
