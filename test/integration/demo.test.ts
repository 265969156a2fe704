import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { judgeFirstCheck, judgeLastCheck } from '#cli/demo/demo-judgement.ts';
import type { CheckReport } from '#cli/report/check-report.ts';
import { runCli } from '#cli/run-cli.ts';
import { aTerminal } from '#test/builders/a-terminal.ts';

describe('rolecall demo --once', () => {
  it('finds the drift, repairs what is ours, leaves the rest, and exits 0', async () => {
    const terminal = aTerminal({ isTTY: false });
    const environment = { ...process.env };
    expect(await runCli(['demo', '--once', '--port', '0'], terminal.io)).toBe(0);
    const shown = terminal.stdout();
    expect(shown).toContain('12 clusters in 3 accounts and 2 regions, with 414 associations');
    expect(shown).toContain('Before: 378 keys as wished. Now: 399, and nothing of ours is left to do.');
    expect(shown).toContain('The 13 associations of others are as they were.');
    // Nothing is left to play with.
    expect(shown).not.toContain('curl');
    expect(process.env).toEqual(environment);
  });

  it('stays up on a terminal and says how to play, until Ctrl-C', async () => {
    const stop = new AbortController();
    const terminal = aTerminal({ isTTY: true, signal: stop.signal });
    const demo = runCli(['demo', '--port', '0'], terminal.io);
    await vi.waitFor(() => expect(terminal.stdout()).toContain('Ctrl-C ends it'), { timeout: 30_000 });
    stop.abort();
    expect(await demo).toBe(0);
    expect(terminal.stdout()).toMatch(
      /curl --aws-sigv4 .* http:\/\/127\.0\.0\.1:\d+\/clusters\/shop-prod-euw1\/pod-identity-associations\/a-/,
    );
  });

  it('takes a port that was asked for, or none', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const terminal = aTerminal({ isTTY: false });
    expect(await runCli(['demo', '--once', '--port', String(port)], terminal.io)).toBe(1);
    expect(terminal.stderr()).toContain('give another --port; 0 takes any free one');
  });
});

describe('what the demonstration is judged by', () => {
  const keys = {
    create: 3,
    update: 16,
    adopt: 2,
    takeOver: 0,
    delete: 0,
    hold: 2,
    conflict: 4,
    others: 9,
    converged: 378,
    unusable: 3,
  };
  const report = (change: Partial<typeof keys>) =>
    ({ summary: { clusters: { total: 12, unknown: 0 }, keys: { ...keys, ...change } } }) as CheckReport;
  const repaired = { create: 0, update: 0, adopt: 0, hold: 0, converged: 399 };

  it('is content when everything was found, and everything of ours was put right', () => {
    expect(judgeFirstCheck(report({}))).toEqual([]);
    expect(judgeLastCheck(report(repaired))).toEqual([]);
  });

  it.each([
    {
      change: { update: 15, converged: 379 },
      says: 'the first check counted 379 keys as wished, and there are 378',
    },
    { change: { conflict: 3 }, says: 'the first check counted 12 associations of others, and there are 13' },
  ])('says what the first check missed: $says', ({ change, says }) => {
    expect(judgeFirstCheck(report(change))).toContain(says);
  });

  it.each([
    {
      change: { ...repaired, update: 1 },
      says: 'the check after the repair counted 1 steps left to take, and there are 0',
    },
    {
      change: { ...repaired, others: 8 },
      says: 'the check after the repair counted 12 associations of others, and there are 13',
    },
  ])('says what the repair left: $says', ({ change, says }) => {
    expect(judgeLastCheck(report(change))).toContain(says);
  });
});
