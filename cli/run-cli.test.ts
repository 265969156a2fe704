import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { AppError, type AppErrorCode } from '#shared/ports/app-error.ts';
import { aTerminal, type TerminalOptions } from '#test/builders/a-terminal.ts';
import type { CliServices } from './run-cli.ts';
import { runCli } from './run-cli.ts';

async function run(args: readonly string[], options: TerminalOptions = {}, services: CliServices = {}) {
  const terminal = aTerminal(options);
  const exitCode = await runCli(args, terminal.io, services);
  return { exitCode, stdout: terminal.stdout(), stderr: terminal.stderr() };
}

const MAPPING = 'examples/minimal/mapping.yaml';

describe('rolecall', () => {
  it('prints its version', async () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
    expect(await run(['--version'])).toEqual({ exitCode: 0, stdout: `${version}\n`, stderr: '' });
  });

  it.each([['--help'], ['help'], ['check', '--help'], ['help', 'explain'], ['sandbox', '-h']])(
    'shows help with examples on stdout: %s %s',
    async (...args) => {
      const { exitCode, stdout, stderr } = await run(args);
      expect(exitCode).toBe(0);
      expect(stdout).toMatch(/^Usage: rolecall/);
      expect(stdout).toContain('  $ rolecall ');
      expect(stderr).toBe('');
    },
  );

  it('fits help to a narrow terminal', async () => {
    const { stdout } = await run(['check', '--help'], { isTTY: true, columns: 60 });
    const [optionsText = ''] = stdout.split('Examples:');
    for (const line of optionsText.split('\n')) expect(line.length).toBeLessThanOrEqual(60);
  });

  it.each([
    { args: ['chek'], says: '(Did you mean check?)' },
    { args: ['check', '-f', MAPPING, '--clustr', 'a'], says: '(Did you mean --cluster?)' },
    { args: ['check', '-A'], says: "required option '-f, --file <path...>' not specified" },
    {
      args: ['check', '-f', MAPPING, '-A', '-o', 'xml'],
      says: 'Allowed choices are table, wide, json, yaml, name',
    },
    { args: ['check', '-f', MAPPING, '-A', '--concurrency', '0'], says: 'Give a whole number of at least 1' },
    { args: ['check', '-f', MAPPING, '-A', '--timeout', '-3'], says: 'Give a number above 0' },
    { args: ['check', '-f', MAPPING, '-A', '--region', 'eu-west1'], says: 'Give a region as AWS spells it' },
    { args: ['explain', '-f', MAPPING, '-c', 'a', 'payments'], says: 'write NAMESPACE/SERVICE-ACCOUNT' },
    { args: ['check', '-f', 'nowhere', '-A'], says: 'cannot read nowhere: there is no such file or folder' },
    { args: ['sandbox'], says: 'rolecall sandbox --aws-only' },
    { args: ['sandbox', '--aws-only', '--associations-per-cluster', '3'], says: 'add --clusters N' },
    { args: ['sandbox', '--aws-only', '--port', '99999'], says: 'Give a whole number from 0 to 65535.' },
    { args: ['completion', 'tcsh'], says: 'Allowed choices are bash, zsh, fish' },
  ])('refuses $args, and says what to do', async ({ args, says }) => {
    const { exitCode, stdout, stderr } = await run(args);
    expect(stderr).toContain(says);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
  });
});

describe('what fails', () => {
  const failing = (error: unknown) =>
    run(['check', '-f', MAPPING, '-A'], {}, { connect: () => Promise.reject(error) });

  it.each<{ code: AppErrorCode; message: string; hint: string }>([
    {
      code: 'aws.accessDenied',
      message: 'eks:ListClusters of 111122223333: not authorized',
      hint: 'have eks:ListClusters allowed for these credentials, or use others (--profile)',
    },
    { code: 'aws.throttled', message: 'slow down', hint: 'with a lower --concurrency' },
    { code: 'cluster.notFound', message: 'gone', hint: 'check the name, --region and --profile' },
    { code: 'aws.timeout', message: 'late', hint: 'see whether the endpoint can be reached' },
  ])('says what to do next: $code', async ({ code, message, hint }) => {
    const { exitCode, stderr } = await failing(new AppError(code, message, { retryable: false }));
    expect(exitCode).toBe(1);
    expect(stderr).toContain(`error: ${message}\n`);
    expect(stderr).toContain(hint);
  });

  it('shows where only when it is a bug of ours', async () => {
    const { exitCode, stderr } = await failing(new TypeError('x is not a function'));
    expect(exitCode).toBe(1);
    expect(stderr).toContain('this is a bug in Rolecall');
    expect(stderr).toContain('run-cli.test.ts');
  });
});

describe('rolecall validate', () => {
  it('counts what is right', async () => {
    expect(await run(['validate', '-f', MAPPING])).toEqual({
      exitCode: 0,
      stdout: '2 mappings in 1 file: no problem\n',
      stderr: '',
    });
  });

  const faulty = `apiVersion: rolecall.dev/v1
kind: Mapping
metadata: { namespace: Payments, serviceAccount: api }
spec: { team: payments, targets: [{ clusters: all, roleArn: "arn:{partition}:iam::{account}:role/x" }], onExpiry: retire }
`;

  it('tells every problem at once, with file, line and rule', async () => {
    const { exitCode, stdout } = await run(['validate', '-f', '-'], { stdin: faulty });
    const lines = stdout.trimEnd().split('\n');
    expect(exitCode).toBe(1);
    expect(lines[0]).toMatch(/^<stdin>:3:\d+: error: metadata\.namespace: .* \[name\.namespace\]$/);
    expect(lines[1]).toMatch(/^<stdin>:4:\d+: warning: spec\.onExpiry: .* \[expiry\.unused\]$/);
    expect(lines[2]).toBe(
      '0 mappings in 1 file: 1 error, 1 warning. Exit 1: a set with an error is refused whole',
    );
  });

  it('tells the same as JSON', async () => {
    const { exitCode, stdout } = await run(['validate', '-f', '-', '-o', 'json'], { stdin: faulty });
    expect(JSON.parse(stdout)).toMatchObject({
      kind: 'ValidationReport',
      summary: { files: 1, mappings: 0, errors: 1, warnings: 1 },
      problems: [
        { file: '<stdin>', line: 3, rule: 'name.namespace', severity: 'error' },
        { severity: 'warning' },
      ],
      exitCode: 1,
    });
    expect(exitCode).toBe(1);
  });

  it('stops a check before anything is asked of AWS', async () => {
    const connect = () => Promise.reject(new Error('AWS was asked'));
    const { exitCode, stderr } = await run(['check', '-f', '-', '-A'], { stdin: faulty }, { connect });
    expect(exitCode).toBe(1);
    expect(stderr).toContain('[name.namespace]');
    expect(stderr).toContain('error: 1 error in the manifests: nothing was checked');
  });

  it('takes no empty set for a wish', async () => {
    const { exitCode, stderr } = await run(['check', '-f', '-', '-A'], { stdin: '' });
    expect(exitCode).toBe(1);
    expect(stderr).toContain('there is no mapping in 1 file');
  });
});

describe('rolecall completion', () => {
  it.each([
    {
      shell: 'bash',
      has: [
        'complete -o filenames -F _rolecall rolecall',
        '"check --output"|"check -o") COMPREPLY=($(compgen -W "table wide json yaml name"',
        'check) words=',
      ],
    },
    { shell: 'zsh', has: ['#compdef rolecall', "'check:say what differs", "'*'{-f,--file}"] },
    { shell: 'fish', has: ["-n '__fish_seen_subcommand_from check' -s f -l file -r -F"] },
  ])('writes a script for $shell', async ({ shell, has }) => {
    const { exitCode, stdout } = await run(['completion', shell]);
    expect(exitCode).toBe(0);
    for (const piece of has) expect(stdout).toContain(piece);
  });
});
