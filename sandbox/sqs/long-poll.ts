import type { AdvanceableClock } from '../clock.ts';
import type { Queue, ReceivedMessage, ReceiveOptions } from './queue.ts';

/**
 * Receives, and waits up to `waitSeconds` of the sandbox's clock for something to receive. Answers an empty list when
 * nothing came. Throws `AwsError`.
 */
export async function receiveWaiting(
  queue: Queue,
  clock: AdvanceableClock,
  options: ReceiveOptions,
  waitSeconds: number,
): Promise<readonly ReceivedMessage[]> {
  const first = queue.receive(options);
  if (first.length > 0 || waitSeconds === 0) return first;
  return new Promise((resolve, reject) => {
    const end = (act: () => void) => {
      stopListening();
      cancel();
      act();
    };
    const cancel = clock.at(clock.now() + waitSeconds * 1000, () => end(() => resolve([])));
    const stopListening = queue.onVisible(() => {
      try {
        const received = queue.receive(options);
        if (received.length > 0) end(() => resolve(received));
      } catch (error) {
        end(() => reject(error));
      }
    });
  });
}
