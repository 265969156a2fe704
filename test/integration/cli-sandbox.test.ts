import { EKSClient, ListClustersCommand } from '@aws-sdk/client-eks';
import { describe, expect, it } from 'vitest';
import { runCli } from '#cli/run-cli.ts';
import { readyLine } from '#cli/sandbox/sandbox-command.ts';
import { aTerminal, type TerminalOptions } from '#test/builders/a-terminal.ts';

/** Runs the command until it says that it is ready, does something with it, and presses Ctrl-C. */
async function withSandbox(
  words: string,
  use: (variables: Record<string, string>) => Promise<void>,
  options: TerminalOptions = {},
): Promise<{ exitCode: number; stdout: string; stderr: string }> {
  const stop = new AbortController();
  const terminal = aTerminal({ ...options, signal: stop.signal });
  const ready = Promise.withResolvers<void>();
  const { stdout } = terminal.io;
  const io = {
    ...terminal.io,
    stdout: {
      isTTY: stdout.isTTY,
      columns: stdout.columns,
      write: (text: string) => {
        stdout.write(text);
        ready.resolve();
      },
    },
  };
  const running = runCli(words.split(' '), io);
  try {
    await Promise.race([ready.promise, running]);
    if (terminal.stdout() !== '') await use(variablesIn(terminal.stdout()));
  } finally {
    stop.abort();
  }
  return { exitCode: await running, stdout: terminal.stdout(), stderr: terminal.stderr() };
}

function variablesIn(line: string): Record<string, string> {
  return Object.fromEntries(
    [...line.matchAll(/(AWS_\w+)=(\S+)/g)].map(([, name = '', value = '']) => [name, value]),
  );
}

async function clustersAt(variables: Record<string, string>): Promise<readonly string[]> {
  const client = new EKSClient({
    endpoint: variables['AWS_ENDPOINT_URL'] ?? '',
    region: variables['AWS_REGION'] ?? '',
    credentials: {
      accessKeyId: variables['AWS_ACCESS_KEY_ID'] ?? '',
      secretAccessKey: variables['AWS_SECRET_ACCESS_KEY'] ?? '',
    },
  });
  try {
    return (await client.send(new ListClustersCommand({}))).clusters ?? [];
  } finally {
    client.destroy();
  }
}

describe('rolecall sandbox --aws-only', () => {
  it('says in one line what to export, answers there, and ends with Ctrl-C', async () => {
    const { exitCode, stdout, stderr } = await withSandbox(
      'sandbox --aws-only --port 0',
      async (variables) => {
        expect(variables).toMatchObject({ AWS_ACCESS_KEY_ID: '111122223333', AWS_REGION: 'eu-west-1' });
        expect(await clustersAt(variables)).toEqual([]);
      },
    );
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(
      /^export AWS_ENDPOINT_URL=http:\/\/127\.0\.0\.1:\d+ AWS_ACCESS_KEY_ID=111122223333 AWS_SECRET_ACCESS_KEY=sandbox AWS_REGION=eu-west-1 {2}# sandbox ready: 0 clusters, 0 associations; Ctrl-C ends it\n$/,
    );
    expect(stderr).toBe('');
  });

  it('has what a seed describes, with the account and region of it', async () => {
    const seed = 'sandbox/seed/example.yaml';
    await withSandbox(`sandbox --aws-only --port 0 --seed ${seed}`, async (variables) => {
      expect(await clustersAt(variables)).toEqual(['shop-prod', 'shop-lab']);
    });
  });

  it('makes a fleet from numbers, and trouble from flags', async () => {
    const words =
      'sandbox --aws-only --port 0 --clusters 3 --associations-per-cluster 5000 --latency 1 --iam-delay 5';
    const { stdout } = await withSandbox(words, async (variables) => {
      expect(await clustersAt(variables)).toHaveLength(3);
      const answer = await fetch(`${variables['AWS_ENDPOINT_URL']}/_sandbox/switches`);
      expect(await answer.json()).toMatchObject({ latencyMs: 1, iamPropagationMs: 5 });
    });
    expect(stdout).toContain('# sandbox ready: 3 clusters, 15,000 associations');
  });

  it('says what is wrong with a seed, and with a port', async () => {
    const missing = await withSandbox(
      'sandbox --aws-only --port 0 --seed nowhere.yaml',
      async () => undefined,
    );
    expect(missing.exitCode).toBe(1);
    expect(missing.stderr).toContain('nowhere.yaml');
    await withSandbox('sandbox --aws-only --port 0', async (variables) => {
      const port = new URL(variables['AWS_ENDPOINT_URL'] ?? '').port;
      const taken = await withSandbox(`sandbox --aws-only --port ${port}`, async () => undefined);
      expect(taken.exitCode).toBe(1);
      expect(taken.stderr).toContain('give another --port');
    });
  });
});

describe('readyLine', () => {
  it('is for PowerShell on Windows', () => {
    const summary = { accounts: [], regions: [] };
    expect(readyLine('http://127.0.0.1:4566', summary, 'win32')).toBe(
      "$env:AWS_ENDPOINT_URL='http://127.0.0.1:4566'; $env:AWS_ACCESS_KEY_ID='111122223333'; $env:AWS_SECRET_ACCESS_KEY='sandbox'; $env:AWS_REGION='eu-west-1'  # sandbox ready: 0 clusters, 0 associations; Ctrl-C ends it",
    );
  });
});
