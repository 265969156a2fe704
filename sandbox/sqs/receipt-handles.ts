import type { RandomSource } from '../random.ts';
import type { StoredMessage } from './message.ts';

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789';

/** What a receipt handle stands for: one receive of one message. */
export interface HandleReading {
  readonly messageId: string;
  readonly receiveCount: number;
}

/** Makes and reads the receipt handles of one queue. */
export class ReceiptHandles {
  private readonly arn: string;
  private readonly random: RandomSource;

  constructor(arn: string, random: RandomSource) {
    this.arn = arn;
    this.random = random;
  }

  issue(message: StoredMessage): string {
    const parts = [this.random.text(8, ALPHABET), this.arn, message.id, String(message.receiveCount)];
    return Buffer.from(parts.join(' ')).toString('base64');
  }

  /** Undefined for what is no handle of this queue. */
  read(handle: string): HandleReading | undefined {
    const parts = Buffer.from(handle, 'base64').toString().split(' ');
    const [, arn, messageId, count] = parts;
    if (parts.length !== 4 || arn !== this.arn || !messageId || !count || !/^\d+$/.test(count))
      return undefined;
    return { messageId, receiveCount: Number(count) };
  }
}
