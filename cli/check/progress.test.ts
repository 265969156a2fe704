import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { aTerminal } from '#test/builders/a-terminal.ts';
import { UNICODE } from '../text/style.ts';
import { startProgress } from './progress.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const prod = { partition: 'aws', account: '111122223333', region: 'eu-west-1', name: 'prod-1' };
const source = { clusters: 3, calls: () => 1234, slowedTo: (): number | undefined => undefined };
const start = (isTTY: boolean, quiet = false, from = source) => {
  const terminal = aTerminal({ isTTY });
  const progress = startProgress(terminal.io.stderr, from, { quiet, glyphs: UNICODE });
  return { terminal, progress };
};

describe('startProgress', () => {
  it('renews one line on a terminal, and takes it away at the end', () => {
    const { terminal, progress } = start(true);
    progress.listed(prod, { listed: 400, described: 120 });
    progress.clusterDone();
    vi.advanceTimersByTime(100);
    progress.end();
    const line = '⠋ 1 of 3 clusters, 120 of 400 associations described, 1,234 calls';
    expect(terminal.stderr()).toBe(`\r\u001b[K${line}\r\u001b[K`);
    expect(terminal.stdout()).toBe('');
  });

  it('writes a plain line every ten seconds elsewhere, and nothing for short work', () => {
    const { terminal, progress } = start(false);
    vi.advanceTimersByTime(9_999);
    expect(terminal.stderr()).toBe('');
    vi.advanceTimersByTime(1);
    progress.end();
    expect(terminal.stderr()).toBe('0 of 3 clusters, 0 of 0 associations described, 1,234 calls\n');
  });

  it('says when AWS holds us back', () => {
    const { terminal, progress } = start(false, false, { ...source, slowedTo: () => 12.4 });
    vi.advanceTimersByTime(10_000);
    progress.end();
    expect(terminal.stderr()).toContain('AWS slowed us to 12 a second');
  });

  it('says nothing when quiet', () => {
    const { terminal, progress } = start(true, true);
    vi.advanceTimersByTime(60_000);
    progress.end();
    expect(terminal.stderr()).toBe('');
  });
});
