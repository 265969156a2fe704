import { describe, expect, it } from 'vitest';
import { Warm } from './warm.ts';

/** A machine with room for two, and the environments that were ended to make room, in their order. */
function aMachineForTwo() {
  const ended: string[] = [];
  const warm = new Warm(2);
  const rest = (name: string) =>
    warm.rest(() => {
      ended.push(name);
      warm.ended();
    });
  return { warm, rest, ended };
}

describe('environments that are kept warm', () => {
  it('end for another where there is no more room: the one that has been idle the longest', () => {
    const { warm, rest, ended } = aMachineForTwo();
    warm.started();
    warm.started();
    rest('first');
    rest('second');
    warm.started();
    expect(ended).toEqual(['first']);
  });

  it('stay while there is room', () => {
    const { warm, rest, ended } = aMachineForTwo();
    warm.started();
    rest('first');
    warm.started();
    expect(ended).toEqual([]);
  });

  it('are never ended while they are in use, even where more start than there is room for', () => {
    const { warm, rest, ended } = aMachineForTwo();
    warm.started();
    const rise = rest('first');
    rise();
    warm.started();
    warm.started();
    expect(ended).toEqual([]);
  });
});
