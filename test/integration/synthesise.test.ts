import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { FIXTURE_APP, ROOT } from '#test/graph/product-app.ts';
import { readGraph } from '#tools/synth/graph.ts';
import type { SynthProgress } from '#tools/synth/progress.ts';
import { type Synthesis, synthesise } from '#tools/synth/synthesise.ts';

// Preparing SST's platform takes most of a minute, once in a checkout.
const WITH_PLATFORM_MS = 5 * 60_000;

const fixture = () => synthesise({ app: FIXTURE_APP, stage: 'test', platformOf: ROOT });

const digest = (file: string) => createHash('sha256').update(readFileSync(file)).digest('hex');

function digests({ folder }: Synthesis): Record<string, string> {
  const zips = readdirSync(join(folder, 'zips')).map((name) => join('zips', name));
  return Object.fromEntries(['graph.json', ...zips].map((name) => [name, digest(join(folder, name))]));
}

describe('the fixture app', () => {
  let synthesis: Synthesis;
  let first: Record<string, string>;
  beforeAll(async () => {
    first = digests(await fixture());
    synthesis = await fixture();
  }, WITH_PLATFORM_MS);

  it('gives the same bytes in every run, zips included', () => {
    expect(digests(synthesis)).toEqual(first);
    expect(Object.keys(first)).toHaveLength(3);
  });

  it('writes a graph that reads back as it was answered', () => {
    expect(readGraph(readFileSync(join(synthesis.folder, 'graph.json'), 'utf8'))).toEqual(synthesis.graph);
  });

  it('says everything that a player needs of a queue, a stream and a function', () => {
    const { queues, eventSourceMappings, functions } = synthesis.graph;
    expect(queues.find(({ name }) => name === 'WorkQueue')).toMatchObject({
      fifo: true,
      deduplicationScope: 'messageGroup',
      visibilityTimeoutSeconds: 180,
      redrive: {
        maxReceiveCount: 5,
        deadLetterArn: queues.find(({ name }) => name === 'WorkDeadQueue')?.arn,
      },
    });
    expect(
      eventSourceMappings.map(({ name, partialResponses, maxConcurrency, stream }) => [
        name,
        partialResponses,
        maxConcurrency,
        stream?.maxRetryAttempts,
      ]),
    ).toEqual([
      ['ProjectorStream', true, undefined, 5],
      ['WorkMapping', true, 5, undefined],
    ]);
    expect(functions.find(({ name }) => name === 'WorkerFunction')).toMatchObject({
      zip: 'zips/WorkerFunction.zip',
      handler: 'bundle.handler',
      runtime: 'nodejs24.x',
      architecture: 'arm64',
      timeoutSeconds: 30,
      reservedConcurrency: 10,
      environment: { TABLE_NAME: synthesis.graph.tables[0]?.tableName },
      roleArn: 'arn:aws:iam::111122223333:role/fixture-test-worker',
    });
  });

  it('keeps the regions of explicit providers apart', () => {
    expect(synthesis.graph.rules.map(({ name, region, busName }) => [name, region, busName])).toEqual([
      ['Calls', 'eu-west-1', 'default'],
      ['ForwardIam', 'us-east-1', 'default'],
    ]);
  });

  it('bundles functions that run', () => {
    const folder = mkdtempSync(join(tmpdir(), 'task-'));
    const zip = readFileSync(synthesis.zips.get('WorkerFunction') ?? '');
    const files = Object.entries(unzipSync(zip)).filter(([name]) => !name.endsWith('/'));
    for (const [name, bytes] of files) writeFileSync(join(folder, name), bytes);
    const event = `{ Records: [{ messageId: '1', body: 'ok' }, { messageId: '2', body: 'fail' }] }`;
    const script = `const { handler } = await import('./bundle.mjs'); console.log(JSON.stringify(await handler(${event})));`;
    const output = execFileSync(process.execPath, ['--input-type=module', '-e', script], {
      cwd: folder,
      encoding: 'utf8',
    });
    expect(output.split('\n')).toEqual(['2 messages', '{"batchItemFailures":[{"itemIdentifier":"2"}]}', '']);
    rmSync(folder, { recursive: true });
  });

  it('changes nothing in the checkout but what is ignored', () => {
    const changed = execFileSync('git', ['status', '--short', '--', FIXTURE_APP], {
      cwd: ROOT,
      encoding: 'utf8',
    });
    expect(changed.split('\n').filter((line) => line.includes('sst-env') || line.includes('.sst'))).toEqual(
      [],
    );
  });
});

describe('an app with a mistake', () => {
  const app = mkdtempSync(join(tmpdir(), 'app-'));
  beforeAll(() => {
    cpSync(join(FIXTURE_APP, 'sst.config.ts'), join(app, 'sst.config.ts'));
    cpSync(join(FIXTURE_APP, 'stacks'), join(app, 'stacks'), { recursive: true });
    cpSync(join(FIXTURE_APP, 'functions'), join(app, 'functions'), { recursive: true });
    writeFileSync(join(app, 'package.json'), '{ "type": "module" }');
    symlinkSync(join(ROOT, 'node_modules'), join(app, 'node_modules'));
  });
  afterAll(() => rmSync(app, { recursive: true }));

  it.each([
    {
      when: 'the engine does not know a resource',
      operations: "export function operations() { new aws.kms.Key('Secret', {}); }",
      says: /synth.appFailed.*does not know aws:kms\/key:Key \(resource Secret\)/s,
    },
    {
      when: 'the engine cannot answer a question',
      operations: 'export function operations() { return aws.ec2.getAmiOutput({}).id; }',
      says: /synth.appFailed.*cannot answer aws:ec2\/getAmi:getAmi/s,
    },
    {
      when: 'it does not compile',
      operations: 'export function operations() { retrun; oops( }',
      says: /synth.appFailed.*Failed to build sst.config.ts.*operations.ts:2:\d+ Unexpected/s,
    },
    {
      when: 'a handler is not there',
      operations:
        "export function operations() { new sst.aws.Function('Lost', { handler: 'functions/lost.handler' }); }",
      says: /synth.appFailed.*Handler not found: functions\/lost.handler/s,
    },
    {
      when: 'a stack throws',
      operations: "export function operations() { throw new Error('no region chosen'); }",
      says: /synth.appFailed.*no region chosen.*operations.ts/s,
    },
    {
      when: 'a property has no place in the graph',
      operations:
        "export function operations() { new aws.sqs.Queue('Q', { name: 'q', kmsMasterKeyId: 'k' }); }",
      says: /synth.notInFormat.*kmsMasterKeyId/s,
    },
  ])(
    'is told, in words that lead to it, when $when',
    async ({ operations, says }) => {
      writeFileSync(join(app, 'stacks', 'operations.ts'), operations);
      await expect(
        synthesise({ app, stage: 'test', platformOf: ROOT }).catch((error: Error) => {
          throw new Error(`${error.name} ${error.message}`);
        }),
      ).rejects.toThrow(says);
    },
    WITH_PLATFORM_MS,
  );

  it(
    'types linked resources, leaves no file of SST behind, and keeps the graph of the last success',
    async () => {
      writeFileSync(join(app, 'stacks', 'operations.ts'), 'export function operations() {}');
      const { types, folder } = await synthesise({ app, stage: 'test', platformOf: ROOT });
      expect(types).toContain('"Items": {');
      expect(existsSync(join(app, 'sst-env.d.ts'))).toBe(false);
      writeFileSync(
        join(app, 'stacks', 'operations.ts'),
        "export function operations() { throw new Error('no'); }",
      );
      await expect(synthesise({ app, stage: 'test', platformOf: ROOT })).rejects.toThrow('no');
      expect(existsSync(join(folder, 'graph.json'))).toBe(true);
    },
    WITH_PLATFORM_MS,
  );

  it(
    'stops when it is told to, and says what it is doing',
    async () => {
      const stop = new AbortController();
      const steps: SynthProgress[] = [];
      const onProgress = (progress: SynthProgress) => {
        steps.push(progress);
        stop.abort();
      };
      await expect(
        synthesise({ app, stage: 'test', platformOf: ROOT, signal: stop.signal, onProgress }),
      ).rejects.toThrow();
      expect(steps[0]).toEqual({ step: 'synthesising', seconds: 0 });
    },
    WITH_PLATFORM_MS,
  );
});

describe('on every way out', () => {
  const script = (stage: string) => `
    const { synthesise } = await import(${JSON.stringify(join(ROOT, 'tools/synth/synthesise.ts'))});
    await synthesise(${JSON.stringify({ app: FIXTURE_APP, stage, platformOf: ROOT })});`;

  /** Processes that work on a stage of the fixture, by their command lines. */
  const atWorkOn = (stage: string) =>
    execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' })
      .split('\n')
      .filter((args) => args.includes(`fixture/${stage}`) || args.endsWith(`diff --stage ${stage}`));

  async function until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise((resolve) => setImmediate(resolve));
  }

  it.each(['SIGTERM', 'SIGKILL'] as const)(
    'ends all processes when it is ended by %s, and the next one takes over',
    async (signal) => {
      const stage = `ended-${signal.toLowerCase()}`;
      const harness = spawn(process.execPath, ['--input-type=module', '-e', script(stage)], {
        stdio: 'ignore',
      });
      const ended = new Promise((resolve) => harness.once('exit', resolve));
      await until(() => atWorkOn(stage).some((args) => args.includes('engine/main.ts')));
      harness.kill(signal);
      await ended;
      await until(() => atWorkOn(stage).length === 0);
      const { graph } = await synthesise({ app: FIXTURE_APP, stage, platformOf: ROOT });
      expect(graph.stage).toBe(stage);
    },
    WITH_PLATFORM_MS,
  );

  it('says so at once when the npm registry is needed and cannot be reached', async () => {
    const app = mkdtempSync(join(tmpdir(), 'app-'));
    cpSync(join(FIXTURE_APP, 'sst.config.ts'), join(app, 'sst.config.ts'));
    vi.stubEnv('npm_config_registry', 'http://127.0.0.1:9/');
    await expect(synthesise({ app, stage: 'test' })).rejects.toMatchObject({
      code: 'synth.registryUnreachable',
      message: expect.stringContaining('ECONNREFUSED 127.0.0.1:9'),
    });
    vi.unstubAllEnvs();
    rmSync(app, { recursive: true });
  });
});
