import { beforeEach, describe, expect, it } from 'vitest';
import type { EventPublisher, PublishableEvent } from '#shared/ports/event-publisher.ts';
import type { MessageSender, MessageVisibility } from '#shared/ports/messages.ts';

/** A message as whoever reads the queue has it. */
export interface Received {
  readonly body: string;
  readonly receipt: string;
  readonly group?: string | undefined;
}

export interface QueueWorld {
  readonly queue: MessageSender & MessageVisibility;
  /** Everything that may be seen now; then it is not seen for three minutes. */
  receive(): Promise<readonly Received[]>;
  /** Time goes on. */
  pass(milliseconds: number): void;
}

export interface MessagingWorld {
  standard(): Promise<QueueWorld>;
  fifo(): Promise<QueueWorld>;
  bus(): Promise<{ readonly bus: EventPublisher; published(): Promise<readonly PublishableEvent[]> }>;
}

/** What every queue and every bus behind the ports does. */
export function messagingContract(name: string, world: MessagingWorld): void {
  describe(`a standard queue ${name}`, () => {
    let queue: QueueWorld;
    beforeEach(async () => {
      queue = await world.standard();
    });
    const bodies = async () => (await queue.receive()).map(({ body }) => body).sort();

    it('takes as many messages as there are, and none', async () => {
      const sent = Array.from({ length: 23 }, (_, index) => `m${String(index).padStart(2, '0')}`);
      await queue.queue.send([]);
      await queue.queue.send(sent.map((body) => ({ body })));
      const received = [...(await bodies()), ...(await bodies()), ...(await bodies())];
      expect(received.sort()).toEqual(sent);
    });

    it('holds back what is delayed', async () => {
      await queue.queue.send([{ body: 'soon', delaySeconds: 30 }, { body: 'now' }]);
      expect(await bodies()).toEqual(['now']);
      queue.pass(31_000);
      expect(await bodies()).toEqual(['soon']);
    });

    it('shows a message again when it was put off for so long, and not before', async () => {
      await queue.queue.send([{ body: 'again' }]);
      const [received] = await queue.receive();
      await queue.queue.postpone(received?.receipt ?? '', 15);
      queue.pass(14_000);
      expect(await bodies()).toEqual([]);
      queue.pass(2_000);
      expect(await bodies()).toEqual(['again']);
    });

    it('fails to put off what it never handed out', async () => {
      await expect(queue.queue.postpone('nobody', 15)).rejects.toMatchObject({ retryable: false });
    });
  });

  describe(`a FIFO queue ${name}`, () => {
    let queue: QueueWorld;
    beforeEach(async () => {
      queue = await world.fifo();
    });
    const message = (body: string, group: string, deduplicationId = body) => ({
      body,
      group,
      deduplicationId,
    });

    it('keeps the order of a group, and holds the group while one of it is out', async () => {
      await queue.queue.send([message('a1', 'a'), message('a2', 'a')]);
      await queue.queue.send([message('a3', 'a'), message('b1', 'b')]);
      const received = await queue.receive();
      expect(received.filter(({ group }) => group === 'a').map(({ body }) => body)).toEqual([
        'a1',
        'a2',
        'a3',
      ]);
      expect(received.map(({ body }) => body)).toContain('b1');
      await queue.queue.send([message('a4', 'a')]);
      expect(await queue.receive()).toEqual([]);
    });

    it('takes what has the same id once in five minutes, in each group by itself', async () => {
      await queue.queue.send([message('first', 'a', 'same'), message('other', 'b', 'same')]);
      await queue.queue.send([message('second', 'a', 'same')]);
      expect((await queue.receive()).map(({ body }) => body).sort()).toEqual(['first', 'other']);
      queue.pass(5 * 60_000 + 1_000);
      await queue.queue.send([message('third', 'a', 'same')]);
      const later = (await queue.receive()).map(({ body }) => body);
      expect(later).toContain('third');
      expect(later).not.toContain('second');
    });
  });

  describe(`a bus ${name}`, () => {
    it('takes more events than one request holds, as they are', async () => {
      const { bus, published } = await world.bus();
      const events = Array.from({ length: 12 }, (_, index) => ({
        source: 'rolecall',
        'detail-type': 'Frozen',
        resources: ['arn:aws:eks:eu-west-1:111122223333:cluster/c1'],
        detail: { index, by: 'Zoë' },
      }));
      await bus.publish(events);
      const found = [...(await published())].sort(
        (left, right) => Number(left.detail['index']) - Number(right.detail['index']),
      );
      expect(found).toEqual(events);
    });
  });
}
